import { open } from 'node:fs/promises'

/** Reads the first bytes of a device. */
export async function readDevice(device: string, length: number): Promise<Buffer> {
  const handle = await open(device, 'r')
  try {
    const bytes = Buffer.alloc(length)
    await handle.read(bytes, 0, length, 0)
    return bytes
  } finally {
    await handle.close()
  }
}

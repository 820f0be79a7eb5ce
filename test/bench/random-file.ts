import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'

/** A file and its properties. */
export interface RandomFile {
  path: string
  /** Size in bytes. */
  size: number
  /** SHA-256 in lower-case hexadecimal. */
  sha256: string
}

/**
 * Makes a file of incompressible bytes, like those of a compressed image: the output of a cipher.
 * @param size – in bytes
 */
export async function makeRandomFile(path: string, size: number, signal: AbortSignal): Promise<RandomFile> {
  const [key, iv] = [randomBytes(16), randomBytes(16)].map((bytes) => bytes.toString('hex'))
  const cipher = spawn('bash', ['-c', `openssl enc -aes-128-ctr -K ${key} -iv ${iv} </dev/zero | head -c ${size}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
  })
  const sha256 = createHash('sha256')
  const file = await open(path, 'w')
  try {
    let written = 0
    for await (const chunk of cipher.stdout as AsyncIterable<Buffer>) {
      sha256.update(chunk)
      await file.writeFile(chunk)
      written += chunk.length
    }
    if (written !== size) throw new Error(`openssl gave ${written} bytes instead of ${size}`)
    return { path, size, sha256: sha256.digest('hex') }
  } finally {
    await file.close()
  }
}

import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'

// `node etcher-write.mjs IMAGE DRIVE OPTIONS`: writes an image with Etcher's engine. OPTIONS is
// JSON for its `decompressThenFlash`. ETCHER_SDK is the folder of the package, which is CommonJS.

const { multiWrite, sourceDestination } = createRequire(import.meta.url)(process.env.ETCHER_SDK)
const [image, device, options] = process.argv.slice(2)

/** The description that drivelist would give. drivelist does not list loop devices. */
const drive = {
  device,
  devicePath: null,
  raw: device,
  description: 'loop device',
  size: Number(execFileSync('blockdev', ['--getsize64', device], { encoding: 'utf8' })),
  blockSize: 512,
  mountpoints: [],
  isReadOnly: false,
  isSystem: false,
}

const { failures, bytesWritten } = await multiWrite.decompressThenFlash({
  source: new sourceDestination.File({ path: image }),
  destinations: [new sourceDestination.BlockDevice({ drive, write: true })],
  ...JSON.parse(options),
  onProgress: () => {},
  onFail: (_, error) => console.error(error),
})
if (failures.size > 0) process.exit(1)
console.log(`${bytesWritten} bytes`)
// The engine leaves handles open that would keep the process running.
process.exit(0)

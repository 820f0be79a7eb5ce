import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { makeDemoWorld, type DemoWorld } from './demo-world.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'

// Bundled into out/demo.mjs by `./dev demo` and `./dev start --demo`.

const program = resolve(import.meta.dirname, 'main/kindling.js')
const project = resolve(import.meta.dirname, '..')

/** Writes and verifies a drive with the command line. Returns whether everything succeeded. */
async function demonstrate({ env, driveFile, raw }: DemoWorld): Promise<boolean> {
  const kindling = (...args: string[]) => {
    console.log(`\n$ kindling ${args.join(' ')}`)
    return run(process.execPath, [program, ...args], env)
  }
  const drive = ['-s', 'stable', '--drive', driveFile]

  const worked =
    (await kindling('streams')) === 0 &&
    (await kindling('list', '-s', 'stable', '-p', 'metal')) === 0 &&
    (await kindling('write', ...drive, '--yes')) === 0 &&
    (await kindling('verify', ...drive)) === 0
  if (!worked) return say(interrupted ? 'Stopped.' : 'Kindling failed.', false)

  const written = (await readFile(driveFile)).subarray(0, raw.length)
  if (!written.equals(raw)) return say('The drive does not hold the image.', false)
  say(`Compared byte for byte: the drive holds the image (${raw.length} bytes).`)

  await spoil(driveFile, raw.length / 2)
  say(`One bit of the drive is changed, at byte ${raw.length / 2}.`)
  if ((await kindling('verify', ...drive)) !== 4) return say('Kindling did not see it.', false)
  return say('Kindling saw it, as it should. The demo is complete.')
}

/** Opens the window in the demo world, and waits until it is closed. */
async function openWindow({ env, driveFile }: DemoWorld): Promise<boolean> {
  say(`The image comes from a mirror on this computer. The drive that is offered is the file\n${driveFile}`)
  // Chromium's sandbox does not run as root.
  const unboxed = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return (await run('electron', [project, ...unboxed, `--drive-file=${driveFile}`], env)) === 0
}

async function run(command: string, args: string[], env: Record<string, string>): Promise<number | null> {
  if (interrupted) return null
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  return new Promise((settle, reject) => {
    child.on('error', reject)
    child.on('close', settle)
  })
}

async function spoil(file: string, offset: number): Promise<void> {
  const handle = await open(file, 'r+')
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, offset)
  byte[0]! ^= 1
  await handle.write(byte, 0, 1, offset)
  await handle.close()
}

function say(words: string, success = true): boolean {
  console.log(`\n${words}`)
  return success
}

// The terminal sends SIGINT to the child, too. When the child ends, the cleanup below runs.
let interrupted = false
process.on('SIGINT', () => (interrupted = true))

const directory = await makeTemporaryDirectory('kindling-demo-')
let succeeded = false
try {
  console.log('Making a mirror with a signed image, and a drive…')
  const world = await makeDemoWorld(directory)
  for (const [name, value] of Object.entries(world.env)) console.log(`  ${name}=${value}`)
  succeeded = await (process.argv.includes('--window') ? openWindow(world) : demonstrate(world))
} catch (error) {
  if (!interrupted) throw error
  say('Stopped.')
} finally {
  await directory.dispose()
}
process.exit(succeeded ? 0 : 1)

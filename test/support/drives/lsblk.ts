import { chmod, rm, writeFile } from 'node:fs/promises'
import { delimiter } from 'node:path'
import { makeTemporaryDirectory } from '../files/temporary.ts'

/**
 * A replacement for lsblk. It prints the output of the real one, with changes or delays that a test
 * sets.
 */
export interface Lsblk {
  /** PATH with the replacement first. */
  readonly PATH: string
  /** Adds serial numbers to devices. No device that a test can make has one. */
  tellSerials(serials: Record<string, string>): Promise<void>
  /**
   * Hides all other drives: those of other tests come and go.
   * @param devices – for example `/dev/zram1`
   */
  showOnly(...devices: string[]): Promise<void>
  /** Blocks all calls until `release`. */
  hold(): Promise<void>
  release(): Promise<void>
  dispose(): Promise<void>
}

export async function makeLsblk(): Promise<Lsblk> {
  const directory = await makeTemporaryDirectory('kindling-lsblk-')
  const [program, serials] = [directory.file('lsblk'), directory.file('serials')]
  const [held, shown] = [directory.file('held'), directory.file('shown')]
  const real = [process.env['PATH'], '/usr/sbin', '/sbin'].join(delimiter)
  await writeFile(serials, '{}')
  await writeFile(
    program,
    `#!${process.execPath}
const { execFileSync } = require('node:child_process')
const { existsSync, readFileSync } = require('node:fs')
while (existsSync(${JSON.stringify(held)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
const env = { ...process.env, PATH: ${JSON.stringify(real)} }
const tree = JSON.parse(execFileSync('lsblk', process.argv.slice(2), { env, encoding: 'utf8', maxBuffer: 2 ** 26 }))
const serials = JSON.parse(readFileSync(${JSON.stringify(serials)}, 'utf8'))
if (existsSync(${JSON.stringify(shown)})) {
  const shown = JSON.parse(readFileSync(${JSON.stringify(shown)}, 'utf8'))
  tree.blockdevices = tree.blockdevices.filter(({ name }) => shown.includes(name))
}
for (const device of tree.blockdevices) device.serial = serials[device.name] ?? device.serial
process.stdout.write(JSON.stringify(tree))
`,
  )
  await chmod(program, 0o755)
  return {
    PATH: [directory.path, process.env['PATH']].join(delimiter),
    tellSerials: (told) => writeFile(serials, JSON.stringify(told)),
    showOnly: (...devices) => writeFile(shown, JSON.stringify(devices)),
    hold: () => writeFile(held, ''),
    release: () => rm(held, { force: true }),
    dispose: () => directory.dispose(),
  }
}

import { dirname } from 'node:path'
import { expect } from 'vitest'
import { createProgram } from '../../../src-main/hosts/cli/program.ts'
import type { CliWorld } from '../worlds/cli-world.ts'
import { expectDone } from '../expect/expect-events.ts'

/** Every command of the command line. */
export const commands: string[] = createProgram(
  () => '',
  () => {
    throw new Error('nothing is run')
  },
  () => {},
).commands.map((command) => command.name())

const start = (world: CliWorld, program: string[], args: string[]) =>
  world.kindling(args, { as: () => [...program, ...args] })

/**
 * Runs every command of an installed Kindling with `--help`, and every job until its receipt.
 * @param program – the command line that starts it
 */
export async function tryCommands(world: CliWorld, program: string[]): Promise<void> {
  const run = (...args: string[]) => start(world, program, args)
  for (const command of commands) {
    const { code, stdout } = await run(command, '--help')
    expect(code, command).toBe(0)
    expect(stdout).toContain(`Usage: kindling ${command}`)
  }
  for (const args of [['streams'], ['list'], ['drives', '--all'], ['cache'], ['settings']]) {
    const { code, stdout } = await run(...args)
    expect(code, args[0]).toBe(0)
    expect(stdout.trim().split('\n').length, args[0]).toBeGreaterThan(0)
  }
  await tryJobs(world, program)
}

/**
 * Runs every job of an installed Kindling until its receipt. This is enough for a package with the
 * same app folder as another package whose commands are all tested.
 * @param program – the command line that starts it
 */
export async function tryJobs(world: CliWorld, program: string[]): Promise<void> {
  const run = (...args: string[]) => start(world, program, args)
  expect((await run('--version')).stdout).toMatch(
    /^\d+\.\d+\.\d+ \(commit [0-9a-f]{40}(-changed)?, (Electron|Node) v?\d+\.\d+\.\d+\)\n$/,
  )
  const drive = await world.makeDrive()
  expectDone(await run('download', '-C', dirname(drive.path), '--json'))
  const receipt = expectDone(await run('write', '--drive', drive.path, '--yes', '--json'))
  expect(receipt.drive).toMatchObject({ state: 'proved' })
  expectDone(await run('verify', '--drive', drive.path, '--json'))
  expect((await run('identify', '--drive', drive.path, '--json')).stdout).toContain(world.release)
  expect((await drive.read()).subarray(0, world.raw.length).equals(world.raw)).toBe(true)
  // The window is another program. Its error about a missing image shows that it was found.
  expect((await run('gui', '/nowhere/image.raw.xz', '--json')).stdout).toContain('source-unreadable')
}

import { readdir, readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { DriveState } from '../../src-shared/drive-state.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { makeOldBytes, type CliWorld } from '../support/worlds/cli-world.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { noteFailure, noteSurvival, type Noting } from '../support/faults/fault-matrix.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import type { Run, RunOptions } from '../support/worlds/run-kindling.ts'
import { makeServedDrive, type Behaviour, type ServedDrive } from '../support/drives/served-drive.ts'
import type { NbdRequest } from '../support/drives/nbd-server.ts'
import { followSteps, type Moment } from '../support/drives/write-steps.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import { mib } from '../support/files/mib.ts'

export interface Fault {
  what: string
  /** Size of the drive, in bytes; 16 MiB by default. */
  size?: number
  claims?: number
  /** Returns the drive's behaviour from the start of the job. */
  spoil(drive: ServedDrive, follow: (request: NbdRequest) => Moment): Behaviour
  args?: (world: CliWorld) => Promise<string[]>
  code: FailureCode
  exit: number
  state: DriveState
  /**
   * For the program this fault is the same as another one, which already has a row in the fault
   * matrix.
   */
  onlyInSoak?: true
}

/** Creates a drive for one test and checks that nothing of it remains afterwards. */
export async function withDrive<T>(
  shape: { size?: number; claims?: number },
  use: (drive: ServedDrive) => Promise<T>,
): Promise<T> {
  const drive = await makeServedDrive(makeOldBytes(shape.size ?? 16 * mib), shape)
  let device = drive.device
  try {
    const result = await use(drive)
    device = drive.device
    return result
  } finally {
    await drive.dispose()
    // A process that still has the device open would keep it. Its number may already belong to
    // another device.
    const file = await readFile(`/sys/block/${device.slice(5)}/loop/backing_file`, 'utf8').catch(() => '')
    expect(file).not.toContain(drive.mountpoint)
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(drive.mountpoint)
  }
}

/** Runs a write in its own directories and checks that it leaves no incomplete files. */
export async function writeTo(
  world: CliWorld,
  drive: ServedDrive,
  args: string[] = [],
  options: RunOptions = {},
): Promise<Run> {
  const home = await makeTemporaryDirectory()
  try {
    const env = { ...privateDirectories(home.path), ...options.env }
    const run = await world.kindling(['write', ...args, '--drive', drive.device, '--yes', '--json'], {
      ...options,
      env,
    })
    const files = await readdir(home.path, { recursive: true })
    expect(files.filter((name) => name.endsWith('.tmp') || /\.\d+-\d+-\d+\.partial$/.test(name))).toEqual([])
    return run
  } finally {
    await home.dispose()
  }
}

/**
 * Writes to a drive with a fault, compares the reported state with the drive's real contents, and
 * adds a row to the fault matrix.
 */
export async function expectFault(task: Noting, world: CliWorld, fault: Fault): Promise<void> {
  await withDrive(fault, async (drive) => {
    const before = Buffer.from(drive.bytes)
    drive.behaviour = fault.spoil(drive, followSteps())
    const run = await writeTo(world, drive, await fault.args?.(world))
    const failure = expectFailed(run, fault.code, fault.exit)
    expect(failure.driveState, run.stdout).toBe(fault.state)
    if (failure.driveState === 'unknown') expectNotBootable(drive, world.raw)
    else expectDriveState(failure.driveState, { before, after: drive.bytes })
    if (!fault.onlyInSoak) noteFailure(task, fault.what, failure)
  })
}

/**
 * Runs a job that survives a fault.
 * @returns the run, for further checks
 */
export async function expectSurvival(
  task: Noting,
  world: CliWorld,
  what: string,
  spoil: Fault['spoil'],
  options: RunOptions = {},
): Promise<ReturnType<typeof expectDone>> {
  return withDrive({}, async (drive) => {
    const before = Buffer.from(drive.bytes)
    drive.behaviour = spoil(drive, followSteps())
    const receipt = expectDone(await writeTo(world, drive, [], options))
    expectDriveState('proved', { before, after: drive.bytes, image: world.raw })
    noteSurvival(task, what, receipt)
    return receipt
  })
}

/** Checks that the image's first sector, which is required for booting, is not on the drive. */
export function expectNotBootable(drive: ServedDrive, image: Buffer): void {
  expect(drive.bytes.subarray(0, 512).equals(image.subarray(0, 512))).toBe(false)
}

/** Saves an image with its signature and returns the arguments for it. */
export async function saveImage(world: CliWorld, image: Buffer): Promise<string[]> {
  return ['--image-file', await world.save('image.raw', image)]
}

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { buildOut } from '../support/run/build-out.ts'
import { makeLoop, run, type Device } from '../support/drives/devices.ts'
import { describeWith } from '../support/run/needs.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { startInPrivateMounts } from '../support/drives/private-mounts.ts'
import { kindlingProgram } from '../support/worlds/run-kindling.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { mib } from '../support/files/mib.ts'

// Each drive carries the system of a mount namespace in which the command line runs. The system
// drive of this machine is not touched.
describeWith(['loop', 'command:mkfs.btrfs'], 'a drive that carries the system', () => {
  let directory: TemporaryDirectory
  let made: { dispose(): Promise<void> }[] = []
  const keep = <T extends { dispose(): Promise<void> }>(thing: T): T => {
    made.push(thing)
    return thing
  }
  beforeAll(() => buildOut())
  afterEach(async () => {
    for (const thing of made.toReversed()) await thing.dispose()
    made = []
  })

  const makeDrive = async (size = 64 * mib): Promise<Device> => keep(await makeLoop({ size }))

  async function begin(script: string, ...args: string[]) {
    const place = keep(directory).path
    return keep(await startInPrivateMounts(`cd "${place}"\n${script}\necho mounted`, ...args))
  }
  const makePlaces = async (...names: string[]) => {
    directory = await makeTemporaryDirectory()
    for (const name of names) await mkdir(directory.file(name))
  }

  /** Returns the command line's refusal to write, from inside the namespace. */
  async function refusal(pid: number, drive: string): Promise<{ code: string; title: string; driveState: string }> {
    const image = Buffer.alloc(4096, 'image')
    image.write('\x55\xaa', 510, 'latin1')
    await writeFile(directory.file('image.raw'), image)
    const source = ['--image-file', directory.file('image.raw'), '--insecure', '--yes', '--json']
    const env = Object.entries(privateDirectories(directory.path)).map(([name, value]) => `${name}=${value}`)
    const command = ['env', ...env, process.execPath, kindlingProgram, 'write', '--drive', drive, ...source]
    const output = await run('nsenter', '-t', String(pid), '-m', ...command).catch(
      (error: { stdout?: string }) => error.stdout ?? '',
    )
    return JSON.parse(output.trim().split('\n').at(-1)!) as { code: string; title: string; driveState: string }
  }
  const isRefused = async (pid: number, drive: string, reason: string) =>
    expect(await refusal(pid, drive)).toMatchObject({
      code: 'drive-system',
      title: `${drive} is a system drive (${reason})`,
      driveState: 'untouched',
    })

  test('is each member of the btrfs that is /home', async () => {
    await makePlaces()
    const [first, second] = [await makeDrive(160 * mib), await makeDrive(160 * mib)]
    await run('mkfs.btrfs', '-q', '-d', 'raid0', '-m', 'raid1', first.device, second.device)
    await run('btrfs', 'device', 'scan', first.device, second.device)
    const { pid } = await begin('mount -t btrfs "$1" /home', first.device)
    for (const { device } of [first, second]) await isRefused(pid, device, '/home')
  })

  test('is what the upper layer of an overlay lies on', async () => {
    await makePlaces('layers')
    const drive = await makeDrive()
    await run('mke2fs', '-q', '-F', '-t', 'ext4', drive.device)
    const { pid } = await begin(
      'mount "$1" layers; mkdir layers/upper layers/work; mount -t overlay overlay -o "lowerdir=/opt,upperdir=$PWD/layers/upper,workdir=$PWD/layers/work" /opt',
      drive.device,
    )
    await isRefused(pid, drive.device, '/opt')
  })

  test('is the stick of a live system: an overlay over an image on a loop device, whose file lies on the stick', async () => {
    await makePlaces('medium', 'image')
    const stick = await makeDrive()
    await run('mke2fs', '-q', '-F', '-t', 'ext4', stick.device)
    const { pid, line } = await begin(
      [
        'mount "$1" medium; truncate -s 16M medium/root.img; mke2fs -q -F -t ext4 medium/root.img',
        'loop=$(losetup -f --show medium/root.img); mount "$loop" image; losetup -d "$loop"',
        'mount -t tmpfs tmpfs /mnt; mkdir /mnt/upper /mnt/work',
        'mount -t overlay overlay -o "lowerdir=$PWD/image,upperdir=/mnt/upper,workdir=/mnt/work" /srv; echo "$loop"',
      ].join('\n'),
      stick.device,
    )
    await isRefused(pid, stick.device, '/srv')
    await isRefused(pid, line, '/srv')
  })

  test('is what a mount hides that stands at the same place', async () => {
    await makePlaces()
    const [below, above] = [await makeDrive(), await makeDrive()]
    for (const { device } of [below, above]) await run('mke2fs', '-q', '-F', '-t', 'ext4', device)
    const { pid } = await begin('mount "$1" /srv; mount "$2" /srv', below.device, above.device)
    for (const { device } of [below, above]) await isRefused(pid, device, '/srv')
  })

  test('is not one that is mounted where people mount sticks', async () => {
    await makePlaces()
    const stick = await makeDrive()
    await run('mke2fs', '-q', '-F', '-t', 'ext4', stick.device)
    const { pid } = await begin('mount "$1" /mnt', stick.device)
    expect(await refusal(pid, stick.device)).toMatchObject({ event: 'done' })
    expect((await readFile(stick.device)).subarray(0, 5).toString()).toBe('image')
  })
})

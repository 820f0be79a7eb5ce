import { link, truncate, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createDrives } from '../../../src-main/create-drives.ts'
import { createLinux } from '../../../src-main/drives/linux/create-linux.ts'
import { withFiles } from '../../../src-main/drives/with-files.ts'
import { openDrive } from '../../../src-main/drives/open-drive.ts'
import { run, unmount } from '../../support/drives/devices.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { holdOpen } from '../../support/drives/hold-open.ts'
import { describeWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { mib } from '../../support/files/mib.ts'

const drives = createDrives()

describeWith(['loop', 'mount', 'command:flock'], 'a disk-image file with two users', () => {
  let temporary: TemporaryDirectory
  beforeAll(async () => void (temporary = await makeTemporaryDirectory()))
  afterAll(() => temporary.dispose())
  const made: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const dispose of made.splice(0).toReversed()) await dispose()
  })

  async function makeFile(name: string): Promise<string> {
    const path = temporary.file(name)
    await writeFile(path, '')
    await truncate(path, 8 * mib)
    return path
  }
  async function attach(file: string): Promise<string> {
    const device = await run('losetup', '-f', '--show', file)
    made.push(() => run('losetup', '-d', device))
    return device
  }
  async function hold(path: string, flags: string): Promise<number> {
    const holder = await holdOpen(path, flags)
    made.push(() => holder.dispose())
    return holder.pid
  }
  /** Returns several paths of one file: its own, a hard link and a bind mount. */
  async function namesOf(file: string): Promise<string[]> {
    const [linked, bound] = [`${file}.linked`, await makeFile('bound')]
    await link(file, linked)
    await run('mount', '--bind', file, bound)
    made.push(() => unmount(bound))
    return [file, linked, bound]
  }

  test('is busy while a program writes to it, by each of its names, and the program is told', async () => {
    const file = await makeFile('written.img')
    const names = [...(await namesOf(file)), await attach(await attach(file))]
    const pid = await hold(`${file}.linked`, 'O_RDWR')
    for (const name of names) {
      const busy = (await drives.inspect(name)).refusals.find(({ code }) => code === 'drive-busy')
      expect(busy?.details['users'], name).toContainEqual(`node (process ${pid})`)
    }
  })

  test('is not busy by a program that only reads it', async () => {
    const file = await makeFile('read.img')
    await hold(file, 'O_RDONLY')
    expect((await drives.inspect(file)).refusals).toEqual([])
    await (await drives.open(await drives.inspect(file), 'write')).close()
  })

  test('belongs to one of those that open it at the same moment, by whatever name, until it is closed', async () => {
    const file = await makeFile('race.img')
    const found = await Promise.all((await namesOf(file)).map((name) => drives.inspect(name)))
    const tries = await Promise.allSettled(found.map((drive) => drives.open(drive, 'write')))
    const opened = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(opened).toHaveLength(1)
    for (const { reason } of tries.filter((each) => each.status === 'rejected'))
      expect(reason).toMatchObject({ code: 'drive-busy', details: { users: [`node (process ${process.pid})`] } })
    await opened[0]!.close()
    await (await drives.open(found[1]!, 'write')).close()
  })

  test('is refused while another program has its lock, without having it open for writing', async () => {
    const file = await makeFile('locked.img')
    const holder = spawn('flock', [file, '-c', 'echo locked; cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    const failure = await failureOf(drives.open(await drives.inspect(file), 'write'))
    expect(failure).toMatchObject({ code: 'drive-busy' })
    expect(failure.details['users']).toContainEqual(`flock (process ${holder.pid})`)
    holder.stdin.end()
    await once(holder, 'close')
    await (await drives.open(await drives.inspect(file), 'write')).close()
  })

  test.each(['the file', 'a loop device over it'])(
    'what comes by another name after the rules were asked is seen before a byte is written: %s',
    async (drive) => {
      const file = await makeFile(`late for ${drive}`)
      const other = `${file}.other`
      await link(file, other)
      const linux = withFiles(createLinux([]))
      const isFile = drive === 'the file'
      const chosen = await linux.inspect(isFile ? file : await attach(file))
      /**
       * Replaces the unmounting, which is the last step before the drive is opened: another user
       * takes the file.
       */
      const unmount = async () => {
        await (isFile ? attach(other) : hold(other, 'O_RDWR'))
        return null
      }
      expect(await failureOf(openDrive({ ...linux, unmount }, chosen, 'write'))).toMatchObject({ code: 'drive-busy' })
    },
  )
})

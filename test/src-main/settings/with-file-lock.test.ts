import { existsSync } from 'node:fs'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withFileLock } from '../../../src-main/settings/with-file-lock.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

describe('a lock of a file', () => {
  let directory: TemporaryDirectory
  let path: string
  beforeEach(async () => {
    directory = await makeTemporaryDirectory()
    path = directory.file('config/settings.json.lock')
  })
  afterEach(() => directory.dispose())

  /** A clock that only sleeping moves. It begins now, because lock files have the system's time. */
  function makeClock() {
    const start = Date.now()
    let passed = 0
    return {
      now: () => start + passed,
      sleep: async (milliseconds: number) => void (passed += milliseconds),
      passed: () => passed,
    }
  }

  const refused = (code: string) => Promise.reject(Object.assign(new Error(code), { code }))

  test('is taken while the action runs, and gone afterwards, also if the action fails', async () => {
    expect(await withFileLock(makeClock(), path, async () => existsSync(path))).toBe(true)
    expect(existsSync(path)).toBe(false)
    await expect(withFileLock(makeClock(), path, () => refused('EIO'))).rejects.toMatchObject({ code: 'EIO' })
    expect(existsSync(path)).toBe(false)
  })

  test('that was left behind is removed after ten seconds, and not before', async () => {
    await mkdir(dirname(path))
    await writeFile(path, '')
    const clock = makeClock()
    await utimes(path, clock.now() / 1000, clock.now() / 1000)
    await withFileLock(clock, path, async () => undefined)
    expect(clock.passed()).toBeGreaterThanOrEqual(10_000)
    expect(clock.passed()).toBeLessThan(10_100)
  })

  describe('that Windows refuses with EPERM', () => {
    test('is tried again while the last one may still be about to disappear', async () => {
      let tries = 0
      const make = () => (++tries < 4 ? refused('EPERM') : Promise.resolve())
      const clock = makeClock()
      expect(await withFileLock(clock, path, async () => 'done', 'win32', make)).toBe('done')
      expect(tries).toBe(4)
      expect(clock.passed()).toBe(30)
    })

    test('is missing rights after a second', async () => {
      const clock = makeClock()
      const locked = withFileLock(
        clock,
        path,
        async () => 'done',
        'win32',
        () => refused('EPERM'),
      )
      await expect(locked).rejects.toMatchObject({ code: 'EPERM' })
      expect(clock.passed()).toBe(1000)
    })

    test.each([
      ['linux', 'EPERM'],
      ['darwin', 'EPERM'],
      ['win32', 'EACCES'],
    ] as const)('is not tried again on %s after %s', async (platform, code) => {
      const clock = makeClock()
      const locked = withFileLock(
        clock,
        path,
        async () => 'done',
        platform,
        () => refused(code),
      )
      await expect(locked).rejects.toMatchObject({ code })
      expect(clock.passed()).toBe(0)
    })
  })
})

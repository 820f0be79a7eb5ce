import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SettingsChanges } from '../../src-shared/settings.ts'
import type { Update } from '../../src-shared/update.ts'
import type { Bridge } from '../../src-shared/window-api.ts'
import { languages } from '../../src-shared/language.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { findLayoutFaults } from '../support/window/find-layout-faults.ts'
import { startCoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { makeSigner } from '../support/mirror/gpg.ts'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { runKindling } from '../support/worlds/run-kindling.ts'
import { appImageName, makeUpdateWorld, readIfThere, type UpdateWorld } from '../support/worlds/update-world.ts'

const running = 'what runs now'

// The tests run through one window in order. Each publishes its own release.
describeWith(['window', 'command:gpg'], 'updates of the window', () => {
  let world: UpdateWorld
  let window: OpenWindow
  beforeAll(async () => void (world = await makeUpdateWorld()))
  afterAll(async () => {
    await window?.close()
    await world?.dispose()
  })
  /** Resets everything that an earlier test published, requested or downloaded. */
  beforeEach(async () => {
    await world.clear()
    await rm(pending(), { recursive: true, force: true })
  })

  type Call = 'update' | 'lookForUpdate' | 'fetchUpdate' | 'installUpdate'
  /** Calls the bridge as the page does. */
  const ask = (call: Call) =>
    window.page.evaluate((name) => (globalThis as unknown as { kindling: Bridge }).kindling.call(name, {}), call)
  async function state(call: Call): Promise<Update> {
    const answer = await ask(call)
    if (!answer.ok) throw new Error(answer.failure.title)
    return answer.value
  }
  const change = (changes: SettingsChanges) =>
    window.page.evaluate(
      (changes) => (globalThis as unknown as { kindling: Bridge }).kindling.call('changeSettings', { changes }),
      changes,
    )
  async function open(more: Record<string, string> = {}): Promise<void> {
    const { application, home, env } = world
    // No server answers there: every request at the mirror is therefore for an update.
    const streams = { KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:1/' }
    window = await openWindow({ application, home, env: { ...env, ...streams, ...more } })
    await window.page.getByRole('tab', { name: 'Write' }).waitFor()
    // It runs without Chromium's sandbox here, which it tells everyone but root, until dismissed.
    const dismiss = window.page.getByRole('button', { name: 'Dismiss' })
    if (await dismiss.isVisible()) await dismiss.click()
  }
  /** Turns updates off and on, which discards an earlier result, and searches again. */
  async function look(channel: 'stable' | 'beta' = 'stable'): Promise<Update> {
    await change({ updates: 'off' })
    await change({ updates: channel })
    return state('lookForUpdate')
  }
  /** Downloads the available update. */
  async function fetchAnew(): Promise<Update> {
    const found = await look()
    return found.state === 'found' ? state('fetchUpdate') : found
  }
  const failureOf = (update: Update) => (update.state === 'failed' ? update.failure : null)
  const pending = () => join(world.home, 'cache/kindling/kindling-updater/pending')
  const fetched = async () =>
    (await readdir(pending()).catch(() => [] as string[])).filter((name) => name.endsWith('.AppImage'))
  const installed = async () => (await readIfThere(world.appImage))?.toString()

  test('nobody is asked for a new version before somebody turned it on, and the question is asked once', async () => {
    await world.publish('0.2.0')
    await open()
    const { page } = window
    await page.getByText('Check for new versions of Kindling').waitFor()
    await window.picture('update-ask')
    expect(await state('lookForUpdate')).toMatchObject({ state: 'off' })
    await page.getByRole('button', { name: 'No', exact: true }).click()
    await page.getByText('Check for new versions of Kindling').waitFor({ state: 'detached' })
    await window.close()
    await open()
    expect(await window.page.getByText('Check for new versions of Kindling').count()).toBe(0)
    expect(world.asked()).toEqual([])
  })

  test('pre-releases are for those who want them', async () => {
    await world.publish('0.1.0')
    await world.publish('0.2.0-beta.1', { channel: 'beta' })
    expect(await look()).toMatchObject({ state: 'current' })
    await change({ updates: 'beta' })
    expect(await state('lookForUpdate')).toMatchObject({ state: 'found', version: '0.2.0-beta.1' })
    await world.publish('0.2.0-beta.1')
    await change({ updates: 'stable' })
    expect(failureOf(await state('lookForUpdate'))).toMatchObject({ code: 'update-unproved' })
  })

  test.each(languages)(
    'each of its states can be read whole, and keeps nobody from using it (%s)',
    async (language) => {
      await world.publish('0.2.0')
      // Reset the setting, so that the question appears again.
      await change({ language, updates: null })
      const { page } = window
      await page.emulateMedia({ reducedMotion: 'reduce' })
      const faults: string[] = []
      const examine = async (name: string) => {
        for (const [width, height, zoom] of [
          [800, 600, 1],
          [1280, 800, 2],
        ] as const) {
          await window.resize(width, height, zoom)
          for (const fault of await findLayoutFaults(page))
            faults.push(`${name} at ${width}×${height}×${zoom}: ${fault}`)
        }
        await window.resize(1280, 800)
        for (const barrier of await findBarriers(page)) faults.push(`${name}: ${barrier}`)
      }
      await page.getByText(language === 'en' ? 'Check for new versions' : 'Проверять раз в сутки').waitFor()
      await examine('asked')
      await change({ updates: 'stable' })
      await state('lookForUpdate')
      await examine('found')
      await page.keyboard.press('Control+,')
      await examine('found, in the settings')
      await page.keyboard.press('Escape')
      world.mirror.fault(`/updates/${appImageName('0.2.0')}`, { kind: 'short', afterBytes: 100_000, times: 1 })
      await state('fetchUpdate')
      await examine('failed')
      await state('lookForUpdate')
      await state('fetchUpdate')
      await examine('ready')
      await change({ language: 'en' })
      expect(faults).toEqual([])
    },
  )

  describe('what is not proved is not fetched', () => {
    const refused: Record<string, { publish: () => Promise<unknown>; reason: string }> = {
      'a stranger’s signature': {
        publish: async () => {
          const stranger = await makeSigner()
          await world.publish('0.2.0', { by: stranger })
          await stranger.dispose()
        },
        reason: 'not Kindling’s',
      },
      'no signature': { publish: () => world.publish('0.2.0', { by: null }), reason: 'no SHA256SUMS.sig' },
      'a signature of another version': {
        publish: () => world.publish('0.2.0', { sums: (line) => line.replaceAll('0.2.0', '0.1.9') }),
        reason: 'does not name',
      },
      'a signature of another file of that version': {
        publish: () => world.publish('0.2.0', { sums: (line) => line.replace('.AppImage', '.deb') }),
        reason: 'does not name',
      },
      'a list that was changed after it was signed': {
        publish: async () => {
          await world.publish('0.2.0')
          await world.mirror.put('updates/SHA256SUMS', `${'0'.repeat(64)}  ${appImageName('0.2.0')}\n`)
        },
        reason: 'does not match its list of sums',
      },
      'an older file under a new version': {
        publish: () => world.publish('0.2.0', { file: appImageName('0.0.9') }),
        reason: 'it has no kindling-0.2.0',
      },
    }
    test.each(Object.keys(refused))('%s', async (name) => {
      const { publish, reason } = refused[name]!
      await publish()
      const failure = failureOf(await fetchAnew())
      expect(failure).toMatchObject({ code: 'update-unproved' })
      expect(failure?.title).toContain(reason)
      expect(world.asked().filter((path) => path.endsWith('.AppImage'))).toEqual([])
      expect(await installed()).toBe(running)
    })
  })

  test('an older version and this one are no update', async () => {
    for (const version of ['0.0.9', '0.1.0']) {
      await world.publish(version)
      expect(await look()).toMatchObject({ state: 'current' })
    }
    expect(world.asked()).toEqual(['latest-linux.yml', 'latest-linux.yml'])
  })

  test('bytes that were changed are refused and not kept, whatever the feed says of them', async () => {
    const bytes = await world.publish('0.2.0')
    const changed = Buffer.from(bytes)
    changed[changed.length - 1]! ^= 1
    await world.mirror.put(`updates/${appImageName('0.2.0')}`, changed)
    expect(failureOf(await fetchAnew())).toMatchObject({ code: 'update-unproved' })
    expect(await fetched()).toEqual([])

    // The feed is not trusted: an attacker may make it match the changed bytes.
    const sums = await world.publish('0.2.0', { content: bytes })
    expect(sums.equals(bytes)).toBe(true)
    const signed = [world.mirror.url, 'updates/'].join('')
    const [list, signature] = await Promise.all(
      ['SHA256SUMS', 'SHA256SUMS.sig'].map(async (name) =>
        Buffer.from(await (await fetch(signed + name)).arrayBuffer()),
      ),
    )
    await world.publish('0.2.0', { content: changed })
    await world.mirror.put('updates/SHA256SUMS', list!)
    await world.mirror.put('updates/SHA256SUMS.sig', signature!)
    const failure = failureOf(await fetchAnew())
    expect(failure).toMatchObject({ code: 'update-unproved' })
    expect(failure?.title).toContain('does not match its signed hash')
    expect(await fetched()).toEqual([])
    expect(await installed()).toBe(running)
  })

  test('what breaks off, or has nobody who answers, fails with the network’s own words and can be asked for again', async () => {
    await world.publish('0.2.0')
    const path = `updates/${appImageName('0.2.0')}`
    world.mirror.fault(`/${path}`, { kind: 'short', afterBytes: 100_000, times: 1 })
    expect(failureOf(await fetchAnew())).toMatchObject({ code: 'network-unreachable' })
    expect(await fetched()).toEqual([])
    await window.picture('update-failed')
    world.mirror.goAway()
    expect(failureOf(await state('lookForUpdate'))).toMatchObject({ code: 'network-unreachable' })
    world.mirror.comeBack()
    world.mirror.fault('/updates/latest-linux.yml', { kind: 'html' })
    expect(failureOf(await state('lookForUpdate'))).toMatchObject({ code: 'update-unreadable' })
    world.mirror.clearFaults()
    expect(await state('lookForUpdate')).toMatchObject({ state: 'found' })
    expect(await state('fetchUpdate')).toMatchObject({ state: 'ready' })
  })

  test('what was fetched and changed since is not installed', async () => {
    await world.publish('0.2.0')
    expect(await fetchAnew()).toMatchObject({ state: 'ready' })
    const [name] = await fetched()
    await writeFile(join(pending(), name!), 'something else')
    expect(failureOf(await state('installUpdate'))).toMatchObject({ code: 'update-unproved' })
    expect(await installed()).toBe(running)
  })

  test('where it cannot be put, the old one stays and the window goes on', async () => {
    await world.publish('0.2.0')
    expect(await fetchAnew()).toMatchObject({ state: 'ready' })
    await rm(dirname(world.appImage), { recursive: true })
    expect(failureOf(await state('installUpdate'))).toMatchObject({ code: 'update-failed' })
    expect(await window.page.getByRole('tab', { selected: true }).count()).toBe(1)
  })

  test('nothing is looked for, fetched or installed while a job runs, and what it ended goes on after it', async () => {
    await world.publish('0.2.0')
    const coreos = await startCoreosMirror()
    try {
      expect(await look()).toMatchObject({ state: 'found' })
      const image = coreos.find('raw.xz').location
      const path = new URL(image).pathname
      coreos.mirror.fault(path, { kind: 'stall', afterBytes: 0 })
      const update = `/updates/${appImageName('0.2.0')}`
      world.mirror.fault(update, { kind: 'stall', afterBytes: 1000 })

      // A job starts while the new version is being downloaded.
      const fetching = ask('fetchUpdate')
      await world.mirror.stalled(update)
      await download(image, coreos.keyringFile)
      await coreos.mirror.stalled(path)
      await fetching
      expect(await state('update')).toMatchObject({ state: 'found', waits: true })
      await window.picture('update-waits')
      const before = world.asked().length
      for (const call of ['lookForUpdate', 'fetchUpdate'] as const)
        expect(await ask(call)).toMatchObject({ ok: false, failure: { code: 'update-waits' } })
      expect(world.asked()).toHaveLength(before)

      // When the job ends, the update that it interrupted continues.
      world.mirror.clearFaults()
      coreos.mirror.clearFaults()
      await expect.poll(() => state('update')).toMatchObject({ state: 'ready', waits: false })

      const other = coreos.find('iso').location
      coreos.mirror.fault(new URL(other).pathname, { kind: 'stall', afterBytes: 0 })
      await download(other, coreos.keyringFile)
      await coreos.mirror.stalled(new URL(other).pathname)
      expect(await ask('installUpdate')).toMatchObject({ ok: false, failure: { code: 'update-waits' } })
      expect(await installed()).toBe(running)
    } finally {
      coreos.mirror.clearFaults()
      await expect.poll(() => state('update')).toMatchObject({ waits: false })
      await coreos.dispose()
    }
  })

  test('a job of the command line is waited for, too', async () => {
    await world.publish('0.2.0')
    const coreos = await startCoreosMirror()
    try {
      // Use an image that is not cached yet.
      const image = coreos.find('4k.raw.xz').location
      const path = new URL(image).pathname
      coreos.mirror.fault(path, { kind: 'stall', afterBytes: 0 })
      const args = ['download', '--image-url', image, '--keyring', coreos.keyringFile, '-C', world.home]
      await change({ updates: 'stable' })
      const run = runKindling(args, { env: privateDirectories(world.home) })
      await coreos.mirror.stalled(path)
      expect(await ask('lookForUpdate')).toMatchObject({ ok: false, failure: { code: 'update-waits' } })
      expect(world.asked()).toEqual([])
      coreos.mirror.clearFaults()
      expect((await run).code).toBe(0)
      expect(await state('lookForUpdate')).toMatchObject({ state: 'found' })
    } finally {
      await coreos.dispose()
    }
  })

  test('a new version is found, fetched, proved and put in the place of the old one, each at a word', async () => {
    const bytes = await world.publish('0.2.0')
    await change({ updates: null })
    const { page } = window
    expect(window.complaints).toEqual([])
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.keyboard.press('Control+,')
    await page.getByTestId('update').getByRole('button', { name: 'Check now' }).click()
    await page.getByTestId('update').getByText('Kindling 0.2.0 is available.').waitFor()
    await window.picture('update-found')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const fetch = page.getByRole('button', { name: 'Download 300 kB' })
    // The notice of the mirror comes when that of the update is put away, which comes again when
    // the update gets on.
    expect(await page.getByText('Using the mirror').count()).toBe(0)
    await page.getByRole('button', { name: 'Later' }).click()
    await page.getByText('Using the mirror').waitFor()
    expect(await fetch.count()).toBe(0)
    await page.keyboard.press('Control+,')
    await fetch.click()
    await page.getByTestId('update').getByText('Kindling 0.2.0 is downloaded').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByText('Kindling 0.2.0 is downloaded and verified.').waitFor()
    await page.getByText(`Signed by ${world.signer.fingerprint}`).waitFor()
    await window.picture('update-ready')
    expect(await installed()).toBe(running)
    const ended = window.app.waitForEvent('close')
    await page.getByRole('button', { name: 'Install and restart' }).click()
    await ended
    expect((await readIfThere(world.appImage))?.equals(bytes)).toBe(true)
    expect(await readdir(dirname(world.appImage))).toEqual(['Kindling.AppImage'])
    await expect.poll(async () => (await readIfThere(world.started))?.toString()).toBe('0.2.0\n')
    expect(window.complaints).toEqual([])
    // Only these files were requested, once each, and no header identifies the user.
    expect(world.asked()).toEqual(['latest-linux.yml', 'SHA256SUMS.sig', 'SHA256SUMS', appImageName('0.2.0')])
    const told = new Set(world.mirror.requests.flatMap(({ headers }) => Object.keys(headers)))
    expect([...told].toSorted()).toEqual(['accept-encoding', 'connection', 'host', 'user-agent'])
  })

  test('a name with a version becomes that of the new one', async () => {
    const folder = dirname(world.appImage)
    const old = join(folder, appImageName('0.1.0'))
    await mkdir(folder, { recursive: true })
    await writeFile(old, running)
    await rm(world.appImage)
    await open({ APPIMAGE: old })
    const bytes = await world.publish('0.2.0')
    expect(await fetchAnew()).toMatchObject({ state: 'ready', version: '0.2.0' })
    const ended = window.app.waitForEvent('close')
    await ask('installUpdate').catch(() => undefined)
    await ended
    expect(await readdir(folder)).toEqual([appImageName('0.2.0')])
    expect((await readIfThere(join(folder, appImageName('0.2.0'))))?.equals(bytes)).toBe(true)
  })

  /**
   * Starts a download as the page does. The stubbed system dialogs choose the files and give
   * consent.
   */
  async function download(url: string, keyring: string): Promise<void> {
    await window.answerQuestions(true)
    await window.answerDialogs(world.home)
    await window.page.evaluate(
      async ([url, keyring, directory]) => {
        const { call } = (globalThis as unknown as { kindling: Bridge }).kindling
        await call('chooseFolder', { purpose: 'download' })
        const source = { image: { kind: 'url' as const, url }, keyring }
        await call('start', { spec: { job: 'download', source, directory, decompress: false } })
      },
      [url, keyring, world.home] as const,
    )
  }
})

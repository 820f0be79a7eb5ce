import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bridge } from '../../src-shared/window-api.ts'
import type { SettingsChanges } from '../../src-shared/settings.ts'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { withClipboard } from '../support/window/clipboard.ts'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { runKindling } from '../support/worlds/run-kindling.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'

// The tests run through two windows in sequence and depend on their order.
describeWith(['window'], 'the settings of the window', () => {
  let coreos: CoreosMirror
  let home: TemporaryDirectory
  let window: OpenWindow | undefined
  beforeAll(async () => {
    ;[coreos, home] = await Promise.all([startCoreosMirror(), makeTemporaryDirectory('kindling-window-')])
  })
  afterAll(async () => {
    await window?.close()
    await coreos?.dispose()
    await home?.dispose()
  })

  const env = () => ({ KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile })
  async function open(more: Record<string, string> = {}): Promise<void> {
    window = await openWindow({ home: home.path, env: { ...env(), ...more } })
    // By default, Playwright forces a light theme.
    await window.page.emulateMedia({ colorScheme: null })
  }
  const change = (changes: SettingsChanges) =>
    window!.page.evaluate(
      (changes) => (globalThis as unknown as { kindling: Bridge }).kindling.call('changeSettings', { changes }),
      changes,
    )
  const isDark = () => window!.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)

  const sheet = () => window!.page.getByRole('dialog')
  /** Opens the settings by keyboard only. */
  async function openSheet(name = 'Settings'): Promise<void> {
    await window!.page.keyboard.press('Control+,')
    await window!.page.getByRole('dialog', { name }).waitFor()
  }
  /** Shows a group of the settings, which are open. */
  const openGroup = (name: string) => sheet().getByRole('tab', { name }).click()
  /** Types a value in the place of the one that is shown. */
  async function type(label: string, value: string, field = label): Promise<void> {
    const input = sheet().getByRole('textbox', { name: field })
    if ((await input.count()) === 0)
      await sheet()
        .getByRole('button', { name: `${label}: Change…` })
        .click()
    await input.fill(value)
    await input.press('Enter')
  }
  const saved = async () =>
    JSON.parse(await readFile(join(home.path, 'config/kindling/settings.json'), 'utf8')) as unknown
  const image = () => home.file('an image.raw.xz')

  test('a file that is broken is set aside and said, until it was read', async () => {
    const config = join(home.path, 'config/kindling')
    await mkdir(config, { recursive: true })
    await writeFile(join(config, 'settings.json'), '{"theme": "blue"}')
    await open({ LANG: 'en_US.UTF-8' })
    const notice = window!.page.getByText('The settings file is damaged')
    await notice.waitFor()
    const [aside] = (await readdir(config)).filter((name) => name.startsWith('settings'))
    expect(aside).toMatch(/^settings-\d{4}-/)
    expect(await notice.textContent()).toContain(join(config, aside!))
    expect(await notice.textContent()).toContain('the theme is system, light or dark')
    await window!.picture('settings-set-aside')
    // One notice at a time: that of the mirror and the keyring waits.
    const mirror = window!.page.getByText(`Using the mirror ${coreos.baseUrl} instead`)
    expect(await mirror.count()).toBe(0)
    await window!.page.getByRole('button', { name: 'Dismiss' }).press('Enter')
    await notice.waitFor({ state: 'detached' })
    await mirror.waitFor()
    // The keyboard goes on in the page, not at the top of the window.
    const focused = () => window!.page.evaluate(() => document.activeElement?.getAttribute('role'))
    await expect.poll(focused).toBe('tabpanel')
    await window!.page.keyboard.press('Tab')
    expect(await window!.page.evaluate(() => document.activeElement?.closest('.page') !== null)).toBe(true)
    await window!.page.getByText('Also trusting the keys in').waitFor()
  })

  test('a theme holds at once', async () => {
    await change({ theme: 'dark' })
    await expect.poll(isDark).toBe(true)
    await change({ theme: 'light' })
    await expect.poll(isDark).toBe(false)
  })

  test('a theme that the command line sets holds for a window that is open, once it does something', async () => {
    const run = await runKindling(['settings', 'theme', 'dark'], { env: privateDirectories(home.path) })
    expect(run.code).toBe(0)
    await window!.page.evaluate(() => (globalThis as unknown as { kindling: Bridge }).kindling.call('cache', {}))
    await expect.poll(isDark).toBe(true)
    await change({ theme: null })
  })

  test('opens by key and by the gear, is left by key, and gives the focus back', async () => {
    await openSheet()
    await window!.picture('settings')
    await window!.page.keyboard.press('Escape')
    await sheet().waitFor({ state: 'detached' })
    const gear = window!.page.getByRole('button', { name: 'Settings' })
    await gear.focus()
    await window!.page.keyboard.press('Enter')
    await sheet().waitFor()
    await window!.page.keyboard.press('Escape')
    await sheet().waitFor({ state: 'detached' })
    expect(await gear.evaluate((button) => button === document.activeElement)).toBe(true)
    expect(window!.complaints).toEqual([])
  })

  test('opens by its key on a Russian keyboard, too', async () => {
    await window!.page.evaluate(() =>
      document.body.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'б', code: 'Comma', ctrlKey: true, bubbles: true, cancelable: true }),
      ),
    )
    await sheet().waitFor()
    await window!.page.keyboard.press('Escape')
    await sheet().waitFor({ state: 'detached' })
  })

  test('numbers, folders and reading back are said in words and saved', async () => {
    const { page } = window!
    await openSheet()
    expect(await sheet().getByRole('tab').allInnerTexts()).toEqual(['Window', 'Downloads', 'Writing'])
    await openGroup('Downloads')
    const mirror = page.getByTestId('setting-streamBaseUrl')
    expect(await mirror.innerText()).toContain(`Mirror\n${coreos.baseUrl}\n`)
    expect(await mirror.innerText()).toContain('Set by the environment variable KINDLING_STREAM_BASE_URL.')
    expect(await mirror.getByRole('button').count()).toBe(0)
    const room = page.getByTestId('setting-cacheLimit')
    await room.getByText('5 GB').waitFor()
    await type('Disk space for downloads', 'much', 'Disk space for downloads, GB')
    await page.getByText('Enter a number, 0 or more.').waitFor()
    await page.keyboard.press('Escape')
    await room.getByText('5 GB').waitFor()
    const button = room.getByRole('button', { name: 'Change…' })
    expect(await button.evaluate((button) => button === document.activeElement)).toBe(true)
    await type('Disk space for downloads', '2,5', 'Disk space for downloads, GB')
    await expect.poll(saved).toEqual({ cacheLimit: 2.5e9 })
    await room.getByText('2.5 GB').waitFor()
    await window!.picture('settings-downloads')
    expect(await findBarriers(page)).toEqual([])
    const folder = home.file('images')
    await mkdir(folder)
    await window!.answerDialogs(folder)
    await page.getByRole('button', { name: 'Folder for downloaded images: Change…' }).click()
    await page.getByText(folder, { exact: true }).waitFor()
    await openGroup('Writing')
    const readBack = page.getByRole('checkbox', { name: /^Verify after writing/ })
    await window!.answerQuestions(false)
    await readBack.focus()
    await page.keyboard.press('Space')
    await page.getByTestId('setting-verify').getByText('Not confirmed').waitFor()
    expect(await readBack.isChecked()).toBe(true)
    await window!.answerQuestions(true)
    await page.keyboard.press('Space')
    await page.getByText('a faulty or fake drive goes unnoticed').waitFor()
    await window!.picture('settings-verify-off')
    expect(await saved()).toEqual({ cacheLimit: 2.5e9, cacheDirectory: folder, verify: false })
    await openGroup('Downloads')
    await page.getByRole('button', { name: 'Folder for downloaded images: Use the default' }).click()
    await expect.poll(saved).toEqual({ cacheLimit: 2.5e9, verify: false })
    await sheet().getByText('The system’s folder for caches').waitFor()
    await change({ cacheLimit: null, verify: null })
    await page.keyboard.press('Escape')
    await sheet().waitFor({ state: 'detached' })
  })

  test('a theme and a language are chosen by keyboard and hold at once', async () => {
    const { page } = window!
    await openSheet()
    await openGroup('Window')
    await page.getByLabel(/^Theme:/).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'Dark' }).waitFor()
    await page.keyboard.type('Da')
    await page.keyboard.press('Enter')
    await expect.poll(isDark).toBe(true)
    await page.getByLabel(/^Language:/).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'Русский' }).waitFor()
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Настройки' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ru')
    await window!.picture('settings-russian')
    expect(await saved()).toEqual({ theme: 'dark', language: 'ru' })
  })

  test('the next window has them from its first moment', async () => {
    const state = join(home.path, 'state/kindling')
    await mkdir(state, { recursive: true })
    await writeFile(image(), coreos.rawXz)
    const recent = [{ image: { kind: 'file', path: image() }, usedAt: 1 }]
    await writeFile(join(state, 'recent-images.json'), JSON.stringify(recent))
    await window!.close()
    await open({ KINDLING_STREAM_BASE_URL: '', LANG: 'en_US.UTF-8' })
    expect(await window!.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark')
    expect(await isDark()).toBe(true)
    const spoken = () => (globalThis as unknown as { kindling: Bridge }).kindling.language
    expect(await window!.page.evaluate(spoken)).toBe('ru')
    expect(await window!.page.getByRole('tab').first().textContent()).toContain('Запись')
    await change({ theme: null, language: null })
    await window!.page.getByRole('tab', { name: 'Write' }).waitFor()
  })

  test('another mirror is read at once, and one that does not answer says so', async () => {
    const { page } = window!
    // Answers the system's dialogs for the user.
    await window!.answerQuestions(true)
    await openSheet()
    await openGroup('Downloads')
    await type('Mirror', coreos.baseUrl)
    await sheet().getByText(coreos.baseUrl).waitFor()
    await page.keyboard.press('Escape')
    await sheet().waitFor({ state: 'detached' })
    await page.getByTestId('release').filter({ hasText: coreos.release }).waitFor()
    await page.getByText(coreos.baseUrl).waitFor()

    await openSheet()
    await type('Mirror', 'http://user:secret@127.0.0.1/')
    await sheet().getByText('without user, password').waitFor()
    expect(await saved()).toEqual({ streamBaseUrl: coreos.baseUrl })
    await type('Mirror', 'http://127.0.0.1:1/')
    await sheet().getByText('http://127.0.0.1:1/', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await page
      .getByText(/^Cannot reach 127.0.0.1:1/)
      .first()
      .waitFor()
    expect(await page.getByTestId('release').count()).toBe(0)
  })

  test('a recent image is chosen again, and one that is pasted anywhere but in a field', async () => {
    const { page, app } = window!
    await change({ streamBaseUrl: coreos.baseUrl })
    await page.getByTestId('release').waitFor()
    await page.getByRole('button', { name: 'Recent images' }).click()
    await window!.picture('recent-images')
    await page.getByRole('button', { name: image() }).click()
    await page.getByRole('button', { name: 'Choose another…' }).waitFor()

    const { location } = coreos.find('iso')
    await withClipboard(async () => {
      await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), location)
      await page.getByRole('tab', { name: 'Write' }).focus()
      await page.keyboard.press('Control+v')
      const field = page.getByLabel('URL of the image')
      await expect.poll(() => field.inputValue()).toBe(location)
      await field.fill('')
      await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), image())
      await field.focus()
      await page.keyboard.press('Control+v')
      await expect.poll(() => field.inputValue()).toBe(image())
    })
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { driveRefused, fileRefused } from '../../src-main/files/refused-by-system.ts'
import { toFailure, type Failure } from '../../src-shared/failure.ts'
import type { Language } from '../../src-shared/language.ts'
import { change } from '../gallery/shown.ts'
import { describeWith } from '../support/run/needs.ts'
import { findEnglish } from '../support/window/find-english.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'

// No Windows and no macOS can be had here. Kindling's own functions read the errors that Node
// reports there; the window shows the result in the place of a failure of this system.

const denied = Object.assign(new Error('operation not permitted'), { code: 'EPERM', syscall: 'open' })
const file = 'coreos-backup.raw'
const drive = 'SanDisk Ultra'

const refusals = [
  {
    failure: toFailure(driveRefused(drive, denied, 'win32'), 'untouched'),
    en: [drive, 'Controlled folder access', 'Windows Security', 'node.exe'],
    ru: [drive, '«Контролируемый доступ к папкам»', '«Безопасность Windows»', 'node.exe'],
  },
  {
    failure: toFailure(driveRefused(drive, denied, 'darwin'), 'untouched'),
    en: [drive, 'Privacy & Security', 'Full Disk Access'],
    ru: [drive, '«Конфиденциальность и безопасность»', '«Доступ к диску»'],
  },
  {
    failure: toFailure(fileRefused(file, denied, 'write', 'win32'), 'untouched'),
    en: [file, 'Controlled folder access', 'node.exe'],
    ru: [file, '«Контролируемый доступ к папкам»', 'node.exe'],
  },
  {
    failure: toFailure(fileRefused(file, denied, 'read', 'darwin'), 'untouched'),
    en: [file, 'Privacy & Security'],
    ru: [file, '«Конфиденциальность и безопасность»'],
  },
]

describeWith(['window', 'zram'], 'a refusal of the system in the window', () => {
  let world: WindowWorld
  /** Makes every job fail with this failure, whatever it failed of; null for its own. */
  const replaceFailures = (failure: Failure | null) =>
    world.window.app.evaluate(({ BrowserWindow }, failure) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!
      const { prototype } = webContents.constructor as { prototype: typeof webContents }
      type News = { news: string; event?: { event: string } }
      webContents.send = (channel: string, news: News) =>
        prototype.send.call(
          webContents,
          channel,
          failure !== null && news.event?.event === 'failed'
            ? { ...news, event: { event: 'failed', ...failure } }
            : news,
        )
    }, failure)

  async function sign(signed: Buffer): Promise<void> {
    const { coreos } = world
    const { disk } = coreos.metadata.architectures[coreos.architecture]!.artifacts['metal']!.formats['4k.raw.xz']!
    await coreos.mirror.put(disk!.signature!, await coreos.signer.sign(signed))
  }

  beforeAll(async () => {
    world = await makeWindowWorld()
    await sign(Buffer.from('another file'))
  })
  afterAll(() => world?.dispose())

  test('is told with the setting to change, in both languages', async () => {
    const { page } = world.window
    const told = page.getByTestId('failure')
    const again = page.locator('.actions .primary')
    const say = async (language: Language, words: string[]) => {
      await change(page, { language })
      await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' })
      const text = (await told.textContent())!
      for (const word of words) expect(text).toContain(word)
      return text
    }
    for (const [index, { failure, en, ru }] of refusals.entries()) {
      await replaceFailures(failure)
      if (index === 0) await world.beginWriting()
      else await again.click()
      await told
        .getByText(failure.code.endsWith('windows') ? 'Windows' : 'macOS')
        .first()
        .waitFor()
      await page.getByText(failure.code, { exact: true }).waitFor()
      await say('en', en)
      const russian = await say('ru', ru)
      const quoted = [drive, file, 'Windows', 'macOS', 'Kindling', 'node.exe']
      expect(findEnglish(russian, quoted)).toEqual([])
      await change(page, { language: 'en' })
    }
    await replaceFailures(null)
    await sign(world.coreos.raw4kXz)
    await again.click()
    await page.getByTestId('receipt').waitFor()
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findEnglish } from '../support/window/find-english.ts'
import { readCopied } from '../support/window/clipboard.ts'
import { describeWith } from '../support/run/needs.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

describeWith(['window', 'zram'], 'the window in Russian', () => {
  let world: WindowWorld
  beforeAll(async () => void (world = await makeWindowWorld({ LANGUAGE: 'ru', LANG: 'ru_RU.UTF-8' })))
  afterAll(() => world?.dispose())

  test('it opens in the language of the system and goes from choice to receipt', async () => {
    const { coreos, zram, window } = world
    const { page } = window
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ru')
    await page.getByTestId('origin').waitFor()
    await page.getByText('Выберите накопитель для записи.').waitFor()
    await page.getByTestId('format-raw.xz').click()
    await page.getByTestId(`drive-${zram.device}`).click()
    await page.getByTestId('first-boot-published').click()
    await page.getByRole('button', { name: /^Стереть .* и записать$/ }).waitFor()
    await window.picture('russian-choose')
    await expectNothingCut(world)

    await page.getByTestId('start').click()
    await page.getByRole('alertdialog').waitFor()
    await window.picture('russian-confirm')
    const { location } = coreos.find('4k.raw.xz')
    coreos.mirror.fault(location, { kind: 'stall', afterBytes: coreos.raw4kXz.length - 100_000 })
    await page.getByTestId('confirm').click()
    await coreos.mirror.stalled(location)
    await page.getByTestId('numbers').getByText(/Б\/с/).waitFor()
    await window.picture('russian-writing')
    await expectNothingCut(world)
    coreos.mirror.clearFaults()

    await page.getByTestId('receipt').waitFor()
    await page.getByRole('heading', { name: 'Записано и проверено' }).waitFor()
    expect(await page.getByTestId('statement').textContent()).toMatch(/прочитан каждый байт.*Подпись проверена ключом/)
    await window.picture('russian-proved')
    await expectNothingCut(world)
    expect(await englishIn(world)).toEqual([])
    await page.getByRole('button', { name: 'Записать ещё' }).click()
  })

  test('a failure is told in Russian, with what it means and what to do', async () => {
    const { zram, window } = world
    const { page } = window
    await page.getByRole('tab', { name: 'Проверка' }).click()
    await page.getByTestId('format-iso').click()
    await page.getByTestId(`drive-${zram.device}`).click()
    await page.getByTestId('start').click()
    const failure = page.getByTestId('failure')
    await failure.waitFor()
    await page.getByRole('heading', { name: 'Накопитель не совпадает с образом' }).waitFor()
    expect(await failure.textContent()).toMatch(
      /не совпадает с этим образом\..*различаются.*Если с накопителя уже запускали/s,
    )
    // This includes the names of the details, except those that are copied unchanged.
    expect(await englishIn(world)).toEqual([])
    await window.picture('russian-failure')
    await expectNothingCut(world)
  })

  test('what is copied of a drive that was looked at is in Russian, but for its log', async () => {
    const { coreos, zram, window } = world
    const { page } = window
    /** Returns the copied text without the log that follows it. */
    async function identify(heading: string): Promise<string> {
      await page.getByTestId(`drive-${zram.device}`).click()
      await page.getByTestId('start').click()
      await page.getByRole('heading', { name: heading }).waitFor()
      const copy = page.getByRole('button', { name: 'Копировать подробности' })
      const [words, log] = (await readCopied(window.app, () => copy.click())).split('\n\n')
      await page.getByText('Скопировано').waitFor()
      expect(log).toContain('"did":"identify"')
      await page.getByRole('button', { name: 'Узнать, что на другом' }).click()
      expect(findEnglish(words!)).toEqual([])
      return words!
    }
    await page.keyboard.press('Control+3')
    const proved = await identify(`Fedora CoreOS stable ${coreos.release}`)
    expect(proved).toContain('совпадает с опубликованным образом до последнего байта')
    expect(proved).toContain(`${createHash('sha256').update(coreos.raw4k).digest('hex')}, совпадает с хешем в потоке`)
    expect(proved).toContain('Подпись не проверялась.')

    const changed = Buffer.from(coreos.raw4k)
    changed.fill(0x5a, 20 * mib, 21 * mib)
    await writeFile(zram.device, changed)
    expect(await identify('Не совпадает с опубликованными')).toMatch(
      /не совпало ни с одним из известных образов.*GPT, секторы/s,
    )
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})

/**
 * Checks that at 800x600 all content is within the window, and that no button or heading cuts off
 * its text.
 */
async function expectNothingCut({ window: { app, page } }: WindowWorld): Promise<void> {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setContentSize(800, 600))
  await page.waitForFunction(() => innerWidth === 800)
  const cut = await page.evaluate(() => [
    ...Array.from(document.querySelectorAll('#app p, #app li, #app button, #app h1, #app h2, #app dd, #app code'))
      .filter((element) => element.getBoundingClientRect().right > innerWidth)
      .map((element) => `beside the window: ${element.textContent}`),
    ...Array.from(document.querySelectorAll('button, h1, h2, h3, dt, [role=tab]'))
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      .map((element) => element.textContent),
  ])
  expect(cut).toEqual([])
}

/** Returns words of headings, rows and buttons that are neither Russian nor names. */
const englishIn = ({ window: { page } }: WindowWorld): Promise<string[]> =>
  page.evaluate(() => {
    const names = /^(Kindling|Fedora|CoreOS|SHA|OpenPGP|https?|raw|xz|stable|x|dev|zram|iso|from|metal)$/
    return Array.from(document.querySelectorAll('h1, h2, h3, dt, button')).flatMap((element) =>
      (element.textContent.match(/[A-Za-z]{5,}/g) ?? []).filter((word) => !names.test(word)),
    )
  })

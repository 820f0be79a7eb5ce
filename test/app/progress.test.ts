import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { channels } from '../../src-main/hosts/electron/channels.ts'
import type { Bridge } from '../../src-shared/window-api.ts'
import { describeWith } from '../support/run/needs.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { patience } from '../support/run/patience.ts'

type Counting = typeof globalThis & { drawings: number }

/** Counts the draws. Each draw starts by clearing the canvas. */
const countDrawings = (page: Page) =>
  page.evaluate(() => {
    const { prototype } = CanvasRenderingContext2D
    const { clearRect } = prototype
    ;(globalThis as Counting).drawings = 0
    prototype.clearRect = function (...box) {
      ;(globalThis as Counting).drawings++
      clearRect.apply(this, box)
    }
  })
const drawings = (page: Page) => page.evaluate(() => (globalThis as Counting).drawings)
const seconds = (page: Page) => page.evaluate(() => performance.now() / 1000)
/** Returns the colours in the plot, with the number of pixels of each. */
const colours = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('figure canvas')!
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    const counts: Record<string, number> = {}
    for (let at = 0; at < data.length; at += 4)
      if (data[at + 3] === 255) {
        const colour = `${data[at]} ${data[at + 1]} ${data[at + 2]}`
        counts[colour] = (counts[colour] ?? 0) + 1
      }
    return counts
  })

describeWith(['window', 'zram'], 'the progress of a job', () => {
  let world: WindowWorld
  beforeAll(async () => {
    world = await makeWindowWorld()
    const { coreos, window } = world
    await countDrawings(window.page)
    coreos.mirror.fault(coreos.find('4k.raw.xz').location, {
      kind: 'slow',
      bytesPerSecond: Math.round(coreos.raw4kXz.length / 40),
    })
    await world.beginWriting()
    await window.page.getByTestId('plot').locator('canvas').waitFor()
  })
  afterAll(() => world?.dispose())

  test('is a plot with a line for each part, told apart by name and dash, and in a sentence', async () => {
    const { page } = world.window
    for (const [line, name] of [
      ['drive', 'drive'],
      ['decode', 'decode'],
      ['origin', 'network'],
    ])
      await page
        .getByTestId(`line-${line}`)
        .filter({ hasText: new RegExp(`${name} .*/s`) })
        .waitFor()
    const dashes = await page
      .locator('figcaption line')
      .evaluateAll((all) => all.map((line) => line.getAttribute('stroke-dasharray')))
    expect(new Set(dashes).size).toBe(3)
    await page.getByRole('img', { name: /^Speed over time, now: drive \d.*decode \d.*network \d/ }).waitFor()
  })

  test('has one percentage, that of the job, on the page and in the tab', async () => {
    const { page } = world.window
    const read = () =>
      page.evaluate(() =>
        ['percent', 'tab-write'].map((id) => document.querySelector(`[data-testid="${id}"]`)!.textContent!.trim()),
      )
    const [onPage, inTab] = await read()
    expect(onPage).toMatch(/^\d+ % of the job · step 3 of 5$/)
    expect(inTab!.endsWith(onPage!.split(' of the job')[0]!)).toBe(true)
    const announced = await page.getByTestId('announcement').textContent()
    expect(announced).toMatch(/^Writing(, \d+ % of the job)?$/)
  })

  test('has a mark for each proof, whose words say when it is due', async () => {
    const { page } = world.window
    await page.getByTestId('proof-signature').getByText('checked at the end of the image').waitFor()
    await page.getByTestId('proof-read-back').getByText('follows the write').waitFor()
    expect(await page.getByTestId('proof-first-boot').count()).toBe(0)
  })

  test('is drawn a few times a second at most', async () => {
    const { page } = world.window
    const [from, drawn] = [await seconds(page), await drawings(page)]
    await vi.waitFor(async () => expect(await drawings(page)).toBeGreaterThan(drawn + 4), patience)
    const rate = ((await drawings(page)) - drawn) / ((await seconds(page)) - from)
    expect(rate).toBeLessThan(3)
  })

  test('has the pixels of the screen and the colours of the theme, also when that changes', async () => {
    const { page } = world.window
    await page.emulateMedia({ colorScheme: 'light' })
    const sharp = await page
      .locator('figure canvas')
      .evaluate((canvas: HTMLCanvasElement) => canvas.width === Math.round(canvas.clientWidth * devicePixelRatio))
    expect(sharp).toBe(true)
    const light = await colours(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    await vi.waitFor(async () => {
      const dark = Object.keys(await colours(page))
      expect(dark.length).toBeGreaterThan(2)
      expect(dark.filter((colour) => (light[colour] ?? 0) > 20)).toEqual([])
    }, patience)
    await world.window.picture('plot')
  })

  test('is not drawn while nobody can see it, and is up to date when it is seen again', async () => {
    const { page } = world.window
    // Playwright makes pages believe that they are always visible, so override it in the page.
    const setHidden = (hidden: boolean) =>
      page.evaluate((isHidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden })
        document.dispatchEvent(new Event('visibilitychange'))
      }, hidden)
    await setHidden(true)
    const told = () => page.getByTestId('plot').getAttribute('aria-label')
    const [drawn, before] = [await drawings(page), await told()]
    // The numbers still update, so progress events do arrive.
    await vi.waitFor(async () => expect(await told()).not.toBe(before), patience)
    expect(await drawings(page)).toBeLessThanOrEqual(drawn + 1)
    await setHidden(false)
    await vi.waitFor(async () => expect(await drawings(page)).toBeGreaterThan(drawn), patience)
  })

  test('goes on when a drive gives the same warning a second time', async () => {
    const { page, app } = world.window
    const id = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const { onNews } = (globalThis as unknown as { kindling: Bridge }).kindling
          const end = onNews((news) => news.news === 'job' && (end(), resolve(news.id)))
        }),
    )
    const details = { seconds: 10 }
    const event = { event: 'warning', code: 'drive-stalled', message: 'It has not answered for 10 s.', details }
    await app.evaluate(
      ({ BrowserWindow }, [channel, news]) => {
        for (let times = 0; times < 2; times++) BrowserWindow.getAllWindows()[0]!.webContents.send(channel, news)
      },
      [channels.news, { news: 'job', id, event }] as const,
    )
    await expect.poll(() => page.getByText('has not answered for 10 s').count()).toBe(2)
    const told = () => page.getByTestId('plot').getAttribute('aria-label')
    const before = await told()
    await vi.waitFor(async () => expect(await told()).not.toBe(before), patience)
    expect(world.window.complaints).toEqual([])
  })

  test('counts what is there already, and ends in a receipt without a complaint of the page', async () => {
    const { coreos, window } = world
    coreos.mirror.clearFaults()
    await window.page.getByTestId('receipt').waitFor()
    expect(window.complaints).toEqual([])
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/run/needs.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'

describeWith(['window', 'zram'], 'the window by keyboard alone', () => {
  let world: WindowWorld
  beforeAll(async () => void (world = await makeWindowWorld()))
  afterAll(() => world?.dispose())

  /** Whether the focused element is inside an element that matches a selector. */
  const isIn = (selector: string) =>
    world.window.page.evaluate((wanted) => document.activeElement!.closest(wanted) !== null, selector)

  /** Presses Tab until the focused element is inside an element that matches a selector. */
  async function tabTo(selector: string): Promise<void> {
    const { page } = world.window
    for (let tabs = 0; tabs < 60; tabs++) {
      await page.keyboard.press('Tab')
      if (await isIn(selector)) return
    }
    throw new Error(`Tab never comes to ${selector}`)
  }

  test('a drive is written from the start to the receipt', async () => {
    const { coreos, window, zram } = world
    const { page } = window
    const { keyboard } = page
    await page.getByTestId('format-raw.xz').waitFor()
    await page.getByTestId(`drive-${zram.device}`).waitFor()
    await tabTo('[data-testid="format-raw.xz"]')
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    await page.getByTestId('format-raw.xz').locator('input:checked').waitFor({ state: 'attached' })
    // The first drive in the list. Other tests may have created more drives.
    await tabTo('#drives [data-testid^="drive-"]')
    await keyboard.press('Space')
    for (let turns = 0; turns < 20 && !(await isIn(`[data-testid="drive-${zram.device}"]`)); turns++)
      await keyboard.press('ArrowDown')
    await tabTo('[data-testid="first-boot-published"]')
    await keyboard.press('Enter')
    await page.getByTestId('start').getByText(zram.device).waitFor()
    await tabTo('[data-testid="start"]')
    await keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor()
    await tabTo('[data-testid="confirm"]')
    await keyboard.press('Enter')
    await page.getByTestId('receipt').waitFor()
    // The buttons that had the focus have been removed.
    await expect.poll(() => isIn('[role="tabpanel"]')).toBe(true)
    expect((await readDevice(zram.device, coreos.raw4k.length)).equals(coreos.raw4k)).toBe(true)
  })

  test('a tab that is reached by its key has the focus, so that it is read aloud and Tab goes on from it', async () => {
    const { keyboard } = world.window.page
    await keyboard.press('Control+3')
    await expect.poll(() => isIn('[role="tab"][aria-selected="true"]')).toBe(true)
    await keyboard.press('Control+1')
    await expect.poll(() => isIn('[data-value="write"][aria-selected="true"]')).toBe(true)
  })

  test('everything is made larger, up to twice as large, and as it was', async () => {
    const { page } = world.window
    const width = () => page.evaluate(() => innerWidth)
    const usual = await width()
    for (const key of ['=', '+', '=', '=', '=']) await page.keyboard.press(`Control+${key}`)
    await expect.poll(width).toBe(usual / 2)
    await page.keyboard.press('Control+-')
    await expect.poll(width).toBe(usual / 1.75)
    await page.keyboard.press('Control+0')
    await expect.poll(width).toBe(usual)
  })

  test('several are chosen, asked about, and left as they are with Escape', async () => {
    const { page } = world.window
    const { keyboard } = page
    await tabTo('.button.primary')
    await keyboard.press('Enter')
    await tabTo('[data-testid="several"]')
    await keyboard.press('Space')
    await tabTo(`[data-testid="drive-${world.zram.device}"]`)
    await keyboard.press('Space')
    await tabTo('[data-testid="start"]')
    await keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor()
    await keyboard.press('Escape')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    expect(await page.getByTestId(`drive-${world.zram.device}`).getByRole('checkbox').isChecked()).toBe(true)
  })

  test('no control that has the focus lies under the bar at the foot', async () => {
    await world.reopen()
    const { page } = world.window
    await page.getByTestId('first-boot-answers').click()
    await page.getByRole('button', { name: 'Paste a key' }).click()
    await world.window.resize(800, 600)
    // Rows that come later would move the control that has the focus.
    await page.getByTestId('origin').waitFor()
    const seen = new Set<string>()
    const covered: string[] = []
    const look = () =>
      page.evaluate(() => {
        const focused = document.activeElement!
        const foot = document.querySelector('.page:not([hidden]) .foot')!
        const isBelow = focused.getBoundingClientRect().bottom > foot.getBoundingClientRect().top
        const isInPage = focused.closest('.page') !== null && !foot.contains(focused)
        return { name: focused.outerHTML.slice(0, 200), isCovered: isInPage && isBelow }
      })
    for (let tabs = 0; tabs < 50; tabs++) {
      await page.keyboard.press('Tab')
      let { name, isCovered } = await look()
      // A drive that comes or goes after the key moves everything: the same step is taken again.
      for (let tries = 0; isCovered && tries < 5; tries++) {
        await page.keyboard.press('Shift+Tab')
        await page.keyboard.press('Tab')
        ;({ name, isCovered } = await look())
      }
      seen.add(name)
      if (isCovered) covered.push(name)
    }
    expect(covered).toEqual([])
    expect(seen.size).toBeGreaterThan(15)

    // In a field of several lines, the browser shows only the line of the caret.
    await page.locator('textarea').evaluate((field) => {
      field.closest('.content')!.parentElement!.querySelector<HTMLElement>('[aria-expanded=true]')!.focus()
      const foot = document.querySelector('.page:not([hidden]) .foot')!
      const below = field.getBoundingClientRect().bottom - foot.getBoundingClientRect().top
      field.closest('.page')!.scrollBy({ top: below - 20, behavior: 'instant' })
    })
    await page.keyboard.press('Tab')
    expect(await page.locator('textarea:focus').count()).toBe(1)
    expect((await look()).isCovered).toBe(false)
  })
})

import type { ElectronApplication } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { describeWith } from '../support/run/needs.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { patience } from '../support/run/patience.ts'

interface Signals {
  bars: [value: number, mode: string][]
  notifications: { title: string; body: string }[]
  /**
   * Power save blockers: whether the system reports one as active after its start and after its
   * stop.
   */
  awake: ['begins' | 'ends', inForce: boolean][]
}
type Recording = typeof globalThis & { signals: Signals }

/**
 * Records the signals instead of sending them to the system. A display without a desktop shows
 * neither a taskbar nor notifications.
 */
const record = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow, Notification, powerSaveBlocker }) => {
    const signals: Signals = { bars: [], notifications: [], awake: [] }
    ;(globalThis as Recording).signals = signals
    const window = BrowserWindow.getAllWindows()[0]!
    window.setProgressBar = (value, options) => void signals.bars.push([value, options?.mode ?? 'normal'])
    window.isFocused = () => false
    const { start, stop } = powerSaveBlocker
    powerSaveBlocker.start = (type) => {
      const id = start.call(powerSaveBlocker, type)
      signals.awake.push(['begins', powerSaveBlocker.isStarted(id)])
      return id
    }
    powerSaveBlocker.stop = (id) => {
      const stopped = stop.call(powerSaveBlocker, id)
      signals.awake.push(['ends', powerSaveBlocker.isStarted(id)])
      return stopped
    }
    Notification.isSupported = () => true
    Notification.prototype.show = function () {
      signals.notifications.push({ title: this.title, body: this.body })
    }
  })
const signalsOf = (app: ElectronApplication) => app.evaluate(() => (globalThis as Recording).signals)
const setFocused = (app: ElectronApplication, isFocused: boolean) =>
  app.evaluate(({ BrowserWindow }, focused) => {
    const window = BrowserWindow.getAllWindows()[0]!
    window.isFocused = () => focused
    if (focused) window.emit('focus')
  }, isFocused)

describeWith(['window', 'zram'], 'a job outside of the window', () => {
  let world: WindowWorld
  let app: ElectronApplication
  beforeAll(async () => {
    world = await makeWindowWorld()
    app = world.window.app
    await record(app)
  })
  afterAll(() => world?.dispose())

  test('keeps the machine awake, shows in the taskbar how far it is, which never goes back, and tells its end to somebody who looks elsewhere', async () => {
    const { page } = world.window
    await world.beginWriting()
    await page.getByTestId('receipt').waitFor()
    const { bars, notifications, awake } = await vi.waitFor(async () => {
      const signals = await signalsOf(app)
      expect(signals.bars.at(-1)).toEqual([-1, 'normal'])
      return signals
    }, patience)
    expect(awake).toEqual([
      ['begins', true],
      ['ends', false],
    ])
    expect(bars[0]).toEqual([2, 'indeterminate'])
    const values = bars.filter(([, mode]) => mode === 'normal').map(([value]) => value)
    expect(values.length).toBeGreaterThan(1)
    expect(values.slice(0, -1)).toEqual(values.slice(0, -1).toSorted((a, b) => a - b))
    expect(notifications).toEqual([
      { title: expect.stringMatching(/ is written$/), body: 'The drive matches the image. You can unplug it.' },
    ])
  })

  test('does not tell somebody who sees it', async () => {
    const { page } = world.window
    await setFocused(app, true)
    await page.getByRole('button', { name: 'Write another' }).click()
    await world.beginWriting()
    await page.getByTestId('receipt').waitFor()
    expect((await signalsOf(app)).notifications).toHaveLength(1)
    await page.getByRole('button', { name: 'Write another' }).click()
  })

  test('that failed stays red until somebody looks', async () => {
    const { page } = world.window
    await setFocused(app, false)
    await page.getByRole('tab', { name: 'Verify' }).click()
    await page.getByTestId('format-iso').click()
    await page.getByTestId(`drive-${world.zram.device}`).click()
    await page.getByTestId('start').click()
    await page.getByTestId('failure').waitFor()
    await expect.poll(async () => (await signalsOf(app)).bars.at(-1)).toEqual([1, 'error'])
    const { notifications } = await signalsOf(app)
    expect(notifications.at(-1)).toEqual({ title: expect.any(String), body: 'The drive was not changed.' })
    await setFocused(app, true)
    expect((await signalsOf(app)).bars.at(-1)).toEqual([-1, 'normal'])
    expect(world.window.complaints).toEqual([])
  })
})

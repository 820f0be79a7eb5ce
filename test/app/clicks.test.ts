import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/run/needs.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@laptop'

// The tasks of docs/window.md.
describeWith(['window', 'zram'], 'the clicks of a task', () => {
  let world: WindowWorld
  beforeAll(async () => {
    world = await makeWindowWorld()
    await mkdir(`${world.home}/.ssh`)
    await writeFile(`${world.home}/.ssh/id_ed25519.pub`, `${key}\n`)
  })
  afterAll(() => world?.dispose())

  const at = (testId: string) => world.window.page.getByTestId(testId)

  /** Opens a new window, as at the start of a task, and counts the user's clicks in it. */
  async function begin(): Promise<() => Promise<number>> {
    await world.reopen({ HOME: world.home })
    const { page } = world.window
    await at('origin').waitFor()
    await page.evaluate(() => {
      const counted = globalThis as unknown as { clicks: number }
      counted.clicks = 0
      // A click on a label is followed by one on its field, which the user did not make.
      addEventListener('pointerup', () => (counted.clicks += 1), true)
    })
    return () => page.evaluate(() => (globalThis as unknown as { clicks: number }).clicks)
  }

  async function erase(): Promise<void> {
    await at('start').click()
    await at('confirm').click()
    await at('numbers').or(at('failure')).or(at('receipt')).first().waitFor()
  }

  test('the newest stable with a new key and a name takes 6', async () => {
    const clicks = await begin()
    await at(`drive-${world.zram.device}`).click()
    await at('first-boot-answers').click()
    await world.window.page.getByRole('button', { name: 'me@laptop' }).click()
    await world.window.page.getByLabel('Host name').click()
    await world.window.page.keyboard.type('node-1')
    await erase()
    expect(await clicks()).toBe(6)
  })

  test('an ISO that installs by itself with the same key takes 7, the last one in a dialog of the system', async () => {
    const clicks = await begin()
    const asked = await world.window.answerQuestions(true)
    await at('format-iso').click()
    await at(`drive-${world.zram.device}`).click()
    await at('live-installs').click()
    await world.window.page.keyboard.type('/dev/nvme0n1')
    await at('as-last-time').click()
    await erase()
    expect((await clicks()) + (await asked()).length).toBe(7)
  })

  test('the same again takes 4', async () => {
    const clicks = await begin()
    await at(`drive-${world.zram.device}`).click()
    await at('as-last-time').click()
    await erase()
    expect(await clicks()).toBe(4)
  })
})

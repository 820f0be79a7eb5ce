import { afterAll, beforeAll, expect, test } from 'vitest'
import { nameDrives } from '../support/drives/name-drives.ts'
import { describeWith } from '../support/run/needs.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'

describeWith(['window', 'zram'], 'the row of a drive that gets a host name, in Russian', () => {
  let names: Awaited<ReturnType<typeof nameDrives>>
  let world: WindowWorld
  beforeAll(async () => {
    names = await nameDrives()
    world = await makeWindowWorld({ ...names.environment, LANG: 'ru_RU.UTF-8' })
  })
  afterAll(async () => {
    await world?.dispose()
    await names?.dispose()
  })

  test('has room for what is known of the drive in every width, and its field lies on nothing', async () => {
    const { window, zram } = world
    const { page } = window
    const at = (testId: string) => page.getByTestId(testId)
    await at('format-raw.xz').click()
    await at('several').click()
    await at(`drive-${zram.device}`).click()
    await at('first-boot-answers').click()
    const row = at(`drive-${zram.device}`)
    expect(await row.innerText()).toMatch(/нет файловой системы · USB · секторы.4K/u)
    for (const width of [640, 899, 900, 1000, 1120, 1440]) {
      await window.resize(width, 760)
      const lines = await row.locator('.line.small > span').evaluate((facts) => {
        const range = document.createRange()
        range.selectNodeContents(facts)
        return new Set(Array.from(range.getClientRects(), ({ y }) => Math.round(y))).size
      })
      expect.soft(lines, `lines in ${width} px`).toBeLessThanOrEqual(2)
      // Both in one step: rows may appear and go with the drives of other tests.
      const apart = await at(`hostname-${zram.device}`).evaluate(
        (field, row) => {
          const [own, other] = [field.getBoundingClientRect(), row!.getBoundingClientRect()]
          return own.left >= other.right || own.top >= other.bottom
        },
        await row.elementHandle(),
      )
      expect.soft(apart, `the field in ${width} px`).toBe(true)
    }
  })

  test('the buttons of the list are in one line each', async () => {
    for (const width of [640, 900, 1120]) {
      await world.window.resize(width, 760)
      for (const button of await world.window.page.locator('#drives header button').all())
        expect((await button.boundingBox())!.height).toBeLessThanOrEqual(40)
    }
    expect(world.window.complaints).toEqual([])
  })
})

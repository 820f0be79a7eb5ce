import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeZram, type Device } from '../support/drives/devices.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { makeBootImage, type BootImage } from '../support/images/boot-image.ts'
import { describeWith } from '../support/run/needs.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@laptop'

describeWith(
  ['window', 'zram', 'command:mke2fs', 'command:debugfs'],
  'the first boot of several drives in the window',
  () => {
    let world: WindowWorld
    let boot: BootImage
    let others: Device[] = []
    beforeAll(async () => {
      world = await makeWindowWorld()
      boot = await makeBootImage({ sectorSize: 4096, options: ['-b', '4096', '-I', '256'] })
      others = await Promise.all([makeZram(128 * mib), makeZram(128 * mib)])
      const file = `${world.home}/metal4k.raw`
      await writeFile(file, boot.image)
      await writeFile(`${file}.sig`, await world.coreos.signer.sign(boot.image))
      await at('image-file').click()
      await world.window.answerDialogs(file)
      await world.window.page.getByRole('button', { name: 'Choose a file…' }).click()
    })
    afterAll(async () => {
      await world?.dispose()
      for (const other of others) await other.dispose()
    })

    const at = (testId: string) => world.window.page.getByTestId(testId)
    const sentence = () => world.window.page.locator('h1').innerText()
    /** The drives in the order of the window's list, once it has them all. */
    async function devices(): Promise<string[]> {
      const own = [world.zram, ...others].map(({ device }) => device)
      for (const device of own) await at(`drive-${device}`).waitFor()
      const ids = await world.window.page
        .locator('[data-testid^="drive-"]')
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-testid')!.slice('drive-'.length)))
      return ids.filter((id) => own.includes(id))
    }

    /** Returns the config on a written drive, read by debugfs. */
    async function readConfig(device: string) {
      const { start, end } = boot.boot
      const partition = `${world.home}/boot.img`
      await writeFile(partition, (await readDevice(device, boot.image.length)).subarray(start, end))
      const text = execFileSync('debugfs', ['-R', 'cat /ignition/config.ign', partition], { stdio: 'pipe' }).toString()
      return JSON.parse(text)
    }

    const nameOf = async (device: string) => (await readConfig(device)).storage.files[0].contents.source

    test('the name of each stands in its row, by the pattern, and can be changed there', async () => {
      const { page } = world.window
      await at('first-boot-answers').click()
      await page.getByRole('button', { name: 'Paste a key' }).click()
      await page.getByLabel('Public key').fill(key)
      await page.getByRole('button', { name: 'Add key' }).click()
      await page.getByLabel('Host name', { exact: true }).fill('node-{n}')
      await at('several').click()
      const [first, second, third] = (await devices()) as [string, string, string]
      for (const device of [second, third]) await at(`drive-${device}`).click()
      expect(await at(`hostname-${first}`).count()).toBe(0)
      expect(await at(`hostname-${second}`).inputValue()).toBe('node-1')
      // A drive before the others becomes the first one.
      await at(`drive-${first}`).click()
      expect(await at(`hostname-${second}`).inputValue()).toBe('node-2')
      expect(await sentence()).toMatch(/ with SSH key me@laptop, host names node-1, node-2, node-3$/)
      await at(`drive-${first}`).click()

      const field = page.getByLabel(`Host name of ${third}`)
      await field.fill('data base')
      await page.getByText('Correct the host name.').waitFor()
      expect(await at('start').count()).toBe(0)
      // An empty field is filled by the pattern again.
      await field.fill('')
      await field.blur()
      expect(await field.inputValue()).toBe('node-2')
      await field.fill('Node-1')
      await page.getByText('Several drives get the host name node-1.').waitFor()
      await at('start').waitFor()
      expect(await findBarriers(page)).toEqual([])
      await field.fill('database')
      await page.getByText('In node-{n}, each drive gets its number; the name').waitFor()
      expect(await sentence()).toMatch(/ with SSH key me@laptop, host names node-1, database$/)
      await world.window.picture('first-boot-several')
      expect(await findBarriers(page)).toEqual([])
    })

    test('each gets a config with its own name, and the window says how to log in to each', async () => {
      const { page } = world.window
      const [, second, third] = (await devices()) as [string, string, string]
      await world.window.answerQuestions(true)
      await at('start').click()
      const dialog = page.getByRole('alertdialog')
      for (const name of ['node-1', 'database']) await dialog.getByText(name, { exact: true }).waitFor()
      await at('confirm').click()
      await page.getByRole('heading', { name: 'All 2 drives written and verified' }).waitFor()
      for (const name of ['node-1', 'database']) await at('what-now').getByText(`ssh core@${name}`).waitFor()
      await at(`row-${third}`).getByRole('heading').getByText('database').waitFor()
      await at(`row-${third}`).getByRole('button', { name: 'Receipt', exact: true }).click()
      await at(`row-${third}`).getByTestId('receipt').getByText('database', { exact: true }).waitFor()
      await world.window.picture('first-boot-several-written')
      expect(await findBarriers(page)).toEqual([])
      expect(await nameOf(second)).toBe('data:,node-1')
      expect(await nameOf(third)).toBe('data:,database')
      expect((await readConfig(third)).passwd.users).toEqual([{ name: 'core', sshAuthorizedKeys: [key] }])
    })

    test('the next drives get names by the pattern, with the numbers after those that were written', async () => {
      const { page } = world.window
      await page.getByRole('button', { name: 'Write another' }).click()
      const [first, , third] = (await devices()) as [string, string, string]
      await at(`drive-${third}`).click()
      expect(await at(`hostname-${third}`).inputValue()).toBe('node-2')
      expect(await sentence()).toMatch(/ host name node-2$/)
      await at(`drive-${first}`).click()
      expect(await at(`hostname-${third}`).inputValue()).toBe('node-3')
      // Names that were typed count, too.
      await at(`hostname-${third}`).fill('node-07')
      await at('start').click()
      await at('confirm').click()
      await page.getByRole('heading', { name: 'All 2 drives written and verified' }).waitFor()
      await page.getByRole('button', { name: 'Write another' }).click()
      await at(`drive-${third}`).click()
      expect(await at(`hostname-${third}`).inputValue()).toBe('node-8')
      // Another pattern has numbers of its own.
      await page.getByLabel('Host name', { exact: true }).fill('web-{n}')
      expect(await at(`hostname-${third}`).inputValue()).toBe('web-1')
    })

    test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
  },
)

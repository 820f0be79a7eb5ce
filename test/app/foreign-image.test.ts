import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gz } from '../support/images/compress.ts'
import { makeIsoOf } from '../support/images/live-iso.ts'
import { makePartitionedImage } from '../support/images/partitioned-image.ts'
import { makeNoise } from '../support/images/random-bytes.ts'
import { describeWith } from '../support/run/needs.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

describeWith(
  ['window', 'zram', 'command:sgdisk', 'command:xorriso'],
  'an image that is not Fedora CoreOS in the window',
  () => {
    let world: WindowWorld
    let foreign: Buffer
    let drive: string
    beforeAll(async () => {
      world = await makeWindowWorld()
      foreign = await makePartitionedImage(['EFI-SYSTEM', 'root'])
      drive = `${world.home}/drive.img`
      await writeFile(drive, Buffer.alloc(16 * mib, 0x5a))
      await at('image-file').click()
    })
    afterAll(() => world?.dispose())

    const at = (testId: string) => world.window.page.getByTestId(testId)
    const sentence = () => world.window.page.locator('h1').innerText()

    async function choose(name: string, image: Buffer): Promise<void> {
      const path = `${world.home}/${name}`
      await writeFile(path, image)
      await writeFile(`${path}.sig`, await world.coreos.signer.sign(image))
      await world.window.answerDialogs(path)
      await world.window.page
        .getByRole('button', { name: /^Choose (a file|another)…$/ })
        .first()
        .click()
    }

    test('without a boot partition there is no first boot to set up, and no word about a login', async () => {
      const { page } = world.window
      await choose('foreign.raw', foreign)
      await at('no-first-boot').getByText('This image has no Fedora CoreOS boot partition').waitFor()
      expect(await at('first-boot-answers').count()).toBe(0)
      await world.window.answerDialogs(drive)
      await page.getByRole('button', { name: 'Disk-image file…' }).click()
      await at('start').waitFor()
      expect(await sentence()).toMatch(/^Write foreign\.raw to drive\.img, .*MB$/)
      await world.window.picture('foreign-image')
      expect(await findBarriers(page)).toEqual([])
      await at('start').click()
      await at('confirm').waitFor()
      expect(await at('no-login').count()).toBe(0)
      await at('confirm').click()
      await page.getByRole('heading', { name: 'Written and verified' }).waitFor()
      expect(await at('what-now').count()).toBe(0)
      expect((await readFile(drive)).subarray(0, foreign.length).equals(foreign)).toBe(true)
      await page.getByRole('button', { name: 'Write another' }).click()
    })

    test('several boot partitions are named as the reason', async () => {
      await choose('twice.raw', await makePartitionedImage(['boot', 'boot']))
      await at('no-first-boot').getByText('it has several partitions named boot').waitFor()
    })

    test('an ISO without the places of a live system is named, too', async () => {
      await choose('foreign.iso', await makeIsoOf({ 'readme.txt': Buffer.alloc(100_000, 'x') }))
      await at('no-first-boot').getByText('it has no areas for settings').waitFor()
      expect(await at('live-installs').count()).toBe(0)
      expect(await sentence()).not.toContain('login')
    })

    test('an ISO that cannot be looked into is described in neutral words, and needs no choice', async () => {
      const { page } = world.window
      await choose(
        'packed.iso.gz',
        await gz(
          await makeIsoOf({
            'a/large.img': makeNoise(3 * mib, 7),
            'coreos/igninfo.json': Buffer.from('{"file":"images/ignition.img"}'),
            'images/ignition.img': Buffer.alloc(1 * mib),
          }),
        ),
      )
      await page.getByText('a live system of Fedora CoreOS logs in on the console by itself').waitFor()
      await world.window.answerDialogs(drive)
      await page.getByRole('button', { name: 'Disk-image file…' }).click()
      await at('start').waitFor()
      expect(await sentence()).not.toContain('login')
      await at('start').click()
      await at('confirm').waitFor()
      expect(await at('no-login').count()).toBe(0)
      await page.getByRole('button', { name: 'Cancel' }).click()
    })

    test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
  },
)

import { createHash } from 'node:crypto'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { receipt } from '../../src-shared/receipt.ts'
import { readCopied } from '../support/window/clipboard.ts'
import { describeWith } from '../support/run/needs.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

describeWith(['window', 'zram'], 'write in the window', () => {
  let world: WindowWorld
  beforeAll(async () => void (world = await makeWindowWorld()))
  afterAll(() => world?.dispose())

  test('an image and a drive are chosen, written, proved, and the receipt is kept', async () => {
    const { coreos, zram, window } = world
    const { page } = window
    await page.getByTestId('origin').waitFor()
    await window.picture('choose-nothing')
    expect(await page.getByTestId('start').count()).toBe(0)
    await page.getByText('Choose a drive to write to.').waitFor()

    await page.getByTestId(`drive-${zram.device}`).click()
    await page.getByTestId('first-boot-published').click()
    // The drive has 4096-byte sectors, which decides on the image.
    await page.getByRole('heading', { level: 1 }).getByText('installed system (4K)').waitFor()
    await page.getByTestId('start').waitFor()
    await window.picture('choose')

    await page.getByRole('button', { name: /^After writing: read back and compare$/ }).click()
    const readBack = page.getByLabel(/^Verify after writing/)
    await readBack.click()
    await page.getByTestId('start').click()
    await page.getByTestId('no-read-back').waitFor()
    // The keyboard starts at the choice that does no harm.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel')
    await page.keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await readBack.click()

    await page.getByTestId('start').click()
    await page.getByRole('alertdialog').waitFor()
    expect(await page.getByTestId('no-read-back').count()).toBe(0)
    await window.picture('confirm')
    // The end of the image is withheld until the screenshots are taken.
    const { location } = coreos.find('4k.raw.xz')
    coreos.mirror.fault(location, { kind: 'stall', afterBytes: coreos.raw4kXz.length - 100_000 })
    await page.getByTestId('confirm').click()
    await coreos.mirror.stalled(location)
    await page.getByTestId('numbers').getByText(/B\/s/).waitFor()
    await window.picture('writing')
    coreos.mirror.clearFaults()

    await page.getByTestId('receipt').waitFor()
    await window.picture('proved')
    expect(await page.getByTestId('statement').textContent()).toContain('read every byte back')
    for (const proof of ['signature', 'sha256', 'uncompressed-sha256', 'read-back'])
      expect(await page.getByTestId(`proof-${proof}`).getAttribute('data-verdict')).toBe('earned')
    expect((await readDevice(zram.device, coreos.raw4k.length)).equals(coreos.raw4k)).toBe(true)

    const copied = await readCopied(window.app, () => page.getByRole('button', { name: 'Copy details' }).click())
    await page.getByText('Copied').waitFor()
    expect(copied).toMatch(/^Written and verified\nKindling \d/)
    const lines = copied.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
    expect(lines.at(-1)).toMatchObject({ event: 'done', did: 'write', drive: { state: 'proved' } })
    expect(lines.filter(({ event }) => event === 'phase').at(-1)).toMatchObject({
      left: 'read-back',
      took: expect.any(Number),
    })

    const directory = await makeTemporaryDirectory()
    await window.answerDialogs(directory.file('receipt.json'))
    await page.getByRole('button', { name: 'Save receipt…' }).click()
    await page.getByText('Saved as').waitFor()
    const saved = receipt.parse(JSON.parse(await readFile(directory.file('receipt.json'), 'utf8')))
    expect(saved).toMatchObject({ job: 'write', drive: { state: 'proved', identity: { device: zram.device } } })
    await directory.dispose()
  })

  test('what was written is verified against the stream, and the statement is shown as it is', async () => {
    const { zram, window } = world
    const { page } = window
    await page.getByRole('tab', { name: 'Verify' }).click()
    await page.getByTestId('format-raw.xz').click()
    await page.getByTestId(`drive-${zram.device}`).click()
    await page.getByTestId('start').waitFor()
    await window.picture('choose-verify')
    await page.getByTestId('start').click()
    await page.getByText('The drive matches Fedora’s published hash. The signature was not checked.').waitFor()
    await window.picture('verified')
    await page.getByRole('button', { name: 'Verify another drive' }).click()
  })

  test('a drive that differs is said to differ', async () => {
    const { zram, window } = world
    const { page } = window
    await page.getByTestId('format-iso').click()
    await page.getByTestId(`drive-${zram.device}`).click()
    await page.getByTestId('start').click()
    await page.getByTestId('failure').waitFor()
    await page.getByRole('heading', { name: 'The drive does not match the image' }).waitFor()
    await window.picture('differs')
    await page.getByRole('button', { name: 'Change selection' }).click()
    await page.getByRole('tab', { name: 'Write' }).click()
  })

  test('a list of sums that a person chose proves an image at an address, and a file', async () => {
    const { coreos, zram, window } = world
    const { page } = window
    const directory = await makeTemporaryDirectory()
    const [list, file] = [directory.file('SHA256SUMS'), directory.file('mine.raw')]
    const sum = createHash('sha256').update(coreos.raw4k).digest('hex')
    await writeFile(file, coreos.raw4k)
    await writeFile(list, `${sum}  mine.raw\n`)
    const url = await coreos.mirror.put('files/mine.raw', coreos.raw4k)
    const chooseList = async () => {
      await page.getByText('Unsigned: origin unknown').waitFor()
      await window.answerDialogs(list)
      await page.getByRole('button', { name: 'List of sums: Choose…' }).click()
      await page.getByText('Checked against the list of sums you gave').waitFor()
    }

    await page.getByRole('button', { name: 'Write another' }).click()
    await page.getByRole('radio', { name: 'File', exact: true }).click()
    await window.answerDialogs(file)
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await page.getByRole('button', { name: 'Signature, hash, keyring' }).click()
    await chooseList()
    await page.getByRole('radio', { name: 'URL', exact: true }).click()
    await page.getByLabel('URL of the image').fill(url)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Signature, hash, keyring' }).click()
    await page.getByLabel('List of sums', { exact: true }).fill('')
    await page.keyboard.press('Enter')
    await chooseList()

    const asked = await window.answerQuestions(true)
    await page.getByTestId(`drive-${zram.device}`).click()
    await page.getByTestId('start').click()
    await page.getByTestId('confirm').click()
    await page.getByTestId('receipt').waitFor()
    expect(await asked()).toMatchObject([{ message: 'Trust this list of sums?', usual: 'Cancel' }])
    expect((await asked())[0]!.detail).toContain(`${url} → ${zram.device}\n\n${list}\n`)
    expect(await page.getByTestId('proof-sha256').getAttribute('data-verdict')).toBe('earned')
    expect(await page.getByTestId('proof-signature').getAttribute('data-verdict')).toBe('absent')
    await directory.dispose()
  })

  test('a disk-image file asks for its sectors, and nothing below it moves', async () => {
    const { page } = world.window
    await page.getByRole('button', { name: 'Write another' }).click()
    await page.getByTestId('image-stream').click()
    const path = `${world.home}/disk.img`
    await writeFile(path, Buffer.alloc(mib))
    await truncate(path, 64 * mib)
    // Measured from the heading, because a click may scroll the page.
    const topOf = async (selector: string) => (await page.locator(selector).boundingBox())!.y
    const below = async () => (await topOf('#first-boot')) - (await topOf('h1'))
    const before = await below()
    // With more drives than this, a further row makes the card taller.
    const hasRoom = async () => (await page.locator('#drives').getByRole('radio').count()) < 5
    const hadRoom = await hasRoom()
    await world.window.answerDialogs(path)
    await page.getByRole('button', { name: 'Disk-image file…' }).click()
    let asked = 0
    async function chooseSectors(): Promise<number> {
      await page.getByTestId('sectors-4096').click()
      await page.getByRole('heading', { level: 1 }).getByText('installed system (4K)').waitFor()
      asked = await below()
      await page.getByTestId('sectors-512').click()
      await page.getByRole('heading', { level: 1 }).getByText('(4K)').waitFor({ state: 'detached' })
      return below()
    }
    // Drives of other tests come and go meanwhile.
    await expect.poll(async () => (await chooseSectors()) - asked).toBe(0)
    if (hadRoom && (await hasRoom())) expect(asked).toBe(before)
    await page.getByTestId('start').waitFor()
  })

  test('the settings say how much the downloads use, and clear them', async () => {
    const { page } = world.window
    await page.keyboard.press('Control+,')
    await page.getByRole('dialog').getByRole('tab', { name: 'Downloads' }).click()
    const use = page.getByTestId('cache-use')
    await use.getByText(/^[1-9].* used by downloads$/).waitFor()
    await use.getByRole('button', { name: 'Clear downloads' }).click()
    await use.getByText('0 B used by downloads').waitFor()
    expect(await use.getByRole('button').isDisabled()).toBe(true)
    await page.keyboard.press('Escape')
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})

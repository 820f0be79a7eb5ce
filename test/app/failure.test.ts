import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bridge } from '../../src-shared/window-api.ts'
import { makeZram } from '../support/drives/devices.ts'
import { readCopied } from '../support/window/clipboard.ts'
import { describeWith } from '../support/run/needs.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'
import { mib } from '../support/files/mib.ts'

interface Line {
  event: string
  job: string
}

describeWith(['window', 'zram'], 'failures in the window', () => {
  let world: WindowWorld
  beforeAll(async () => void (world = await makeWindowWorld()))
  afterAll(() => world?.dispose())

  test('a bad signature is told with what state the drive is in and what to do', async () => {
    const { coreos, zram, window } = world
    const { page } = window
    const { signature } =
      coreos.metadata.architectures[coreos.architecture]!.artifacts['metal']!.formats['4k.raw.xz']!['disk']!
    await coreos.mirror.put(signature!, await coreos.signer.sign(Buffer.from('another file')))
    await world.beginWriting()

    const failure = page.getByTestId('failure')
    await failure.waitFor()
    await window.picture('failure')
    expect(await failure.textContent()).toContain('The signature does not match this image')
    expect(await failure.textContent()).toContain('Do not use this image')
    await page.getByRole('heading', { name: 'Image rejected' }).waitFor()
    await page.getByText('signature-bad').waitFor()
    expect((await readDevice(zram.device, mib)).every((byte) => byte === 0)).toBe(true)

    const copied = await readCopied(window.app, () => page.getByRole('button', { name: 'Copy details' }).click())
    await page.getByText('Copied').waitFor()
    expect(copied).toContain('code: signature-bad')
    expect(copied).toContain('drive state: cleared')
    // The log of this job only, without unrelated private data.
    const lines = copied.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []))
    expect(lines.map(({ event }) => event)).toEqual(expect.arrayContaining(['start', 'phase', 'error', 'failed']))
    expect(lines.at(-1)).toMatchObject({ event: 'failed', code: 'signature-bad', driveState: 'cleared' })
    expect(lines[0]).toMatchObject({ event: 'start', drive: { size: 128 * mib, device: zram.device } })
    expect(new Set(lines.map(({ job }) => job)).size).toBe(1)
    const file = join(world.home, 'state', 'kindling', 'kindling.log')
    expect(await failure.page().getByText(/^Log:/).textContent()).toContain(file)
    expect((await readFile(file, 'utf8')).split('\n')).toEqual(expect.arrayContaining([JSON.stringify(lines.at(-1))]))
    await page.getByRole('button', { name: 'Choose another image' }).click()
  })

  test('what is copied is as fit for a stranger as the log', async () => {
    const { window } = world
    const text = 'image: https://me:secret-word@host.example/a?token=query-secret\nfile: /home/alice/image.raw'
    const copied = await readCopied(window.app, () =>
      window.page.evaluate(
        (text) => (globalThis as unknown as { kindling: Bridge }).kindling.call('copyReport', { text, job: null }),
        text,
      ),
    )
    expect(copied).toBe('image: https://***@host.example/a?***\nfile: /home/USER/image.raw')
  })

  test('an image that is nothing for a drive is refused before anything is asked', async () => {
    const { zram, window } = world
    const { page } = window
    const file = join(world.home, 'disk.qcow2.xz')
    const { content } = world.coreos.find('qcow2.xz')
    await writeFile(file, content)
    await page.getByTestId('image-file').click()
    await window.answerDialogs(file)
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await page.getByText('a container for virtual machines or clouds').waitFor()
    await page.getByTestId(`drive-${zram.device}`).click()
    await page.getByRole('button', { name: /hidden:/ }).click()
    await window.picture('container')
    expect(await page.getByTestId('start').count()).toBe(0)
    await page.getByTestId('image-stream').click()
  })

  test('a drive that is plugged in appears by itself', async () => {
    const { window } = world
    const another = await makeZram(64 * mib)
    await window.page.getByTestId(`drive-${another.device}`).waitFor()
    await another.dispose()
    await window.page.getByTestId(`drive-${another.device}`).waitFor({ state: 'detached' })
  })

  test('a drive that is unplugged is chosen no more', async () => {
    const { zram, window } = world
    const { page } = window
    await page.getByTestId(`drive-${zram.device}`).click()
    await page.getByTestId('start').waitFor()
    await zram.dispose()
    const row = page.getByTestId(`gone-${zram.device}`)
    await row.getByText('Unplugged').waitFor()
    expect(await row.getByRole('radio').isDisabled()).toBe(true)
    await page.getByRole('button', { name: `${zram.device} (was unplugged)` }).waitFor()
    expect(await page.getByTestId('start').count()).toBe(0)
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})

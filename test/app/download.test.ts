import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { formatBytes } from '../../src-shared/units.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'

describeWith(['window'], 'download in the window', () => {
  let coreos: CoreosMirror
  let directory: TemporaryDirectory
  let window: OpenWindow
  beforeAll(async () => {
    ;[coreos, directory] = await Promise.all([startCoreosMirror(), makeTemporaryDirectory()])
    window = await openWindow({
      env: { KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile },
    })
  })
  afterAll(async () => {
    await window?.close()
    await coreos?.dispose()
    await directory?.dispose()
  })

  const artifact = (of: string) => window.page.getByTestId(`artifact-${coreos.architecture} ${of}`)
  const nameOf = (location: string) => new URL(location).pathname.split('/').pop()!

  test('any format of any platform is found by a few letters', async () => {
    const { page } = window
    await page.keyboard.press('Control+4')
    await artifact('metal pxe').waitFor()
    await window.picture('download-nothing')
    await page.getByText('Choose files to download.').waitFor()
    await page.getByRole('searchbox').fill('pxe')
    await artifact('metal raw.xz').waitFor({ state: 'hidden' })
    await artifact('metal pxe').getByText('3 files').waitFor()
    await page.getByRole('searchbox').fill('nothing like it')
    await page.getByText('No format matches.').waitFor()
    await window.picture('download-none-found')
    await page.getByRole('searchbox').fill('')
  })

  test('the usual files have their sizes, which one request each asks for, and no other file is asked about', async () => {
    const { page } = window
    const { mirror } = coreos
    const pathOf = (location: string) => new URL(location).pathname
    const asked = () => mirror.requests.map(({ path }) => path).filter((path) => !/\.(json|sig)$/.test(path))
    for (const [of, size] of [
      ['metal raw.xz', coreos.rawXz.length],
      ['metal 4k.raw.xz', coreos.raw4kXz.length],
      [
        'metal pxe',
        ['kernel', 'initramfs', 'rootfs'].reduce((sum, name) => sum + coreos.find('pxe', name).content.length, 0),
      ],
    ] as const)
      await artifact(of)
        .getByTestId('size')
        .and(page.getByText(formatBytes(size)))
        .waitFor()
    expect(await artifact('qemu qcow2.xz').getByTestId('size').count()).toBe(0)
    const others = [
      ...['iso', '4k.raw.xz'].map((format) => coreos.find(format).location),
      ...['kernel', 'initramfs', 'rootfs'].map((name) => coreos.find('pxe', name).location),
    ].map(pathOf)
    // The page of the write tab, which is shown first, has a preview of its image.
    const written = pathOf(coreos.find('raw.xz').location)
    expect(
      asked()
        .filter((path) => path !== written)
        .toSorted(),
    ).toEqual(others.toSorted())
    for (const path of others) expect(mirror.requestsFor(path)).toMatchObject([{ range: 'bytes=0-0' }])
  })

  test('the files of pxe come together, proved, to the folder that was chosen', async () => {
    const { page } = window
    await artifact('metal pxe').click()
    await window.answerDialogs(directory.path)
    await page.getByRole('button', { name: 'Choose…' }).click()
    await page.getByText(directory.path).first().waitFor()
    await window.picture('download')
    await page.getByTestId('start').click()
    const files = page.getByTestId('files')
    await files.waitFor()
    await window.picture('downloaded')
    for (const name of ['kernel', 'initramfs', 'rootfs']) {
      const { content, location } = coreos.find('pxe', name)
      const path = join(directory.path, nameOf(location))
      await files.getByText(nameOf(location), { exact: true }).waitFor()
      expect((await readFile(path)).equals(content)).toBe(true)
    }
    const script = join(directory.path, `fedora-coreos-${coreos.release}-live.${coreos.architecture}.ipxe`)
    await files.getByText(basename(script), { exact: true }).waitFor()
    await files.getByText('written by Kindling, not signed').waitFor()
    expect(await readFile(script, 'utf8')).toContain(nameOf(coreos.find('pxe', 'kernel').location))
    for (const proof of ['signature', 'sha256'])
      expect(await page.getByTestId(`proof-${proof}`).getAttribute('data-verdict')).toBe('earned')
    const shown = await window.app.evaluate(({ shell }) => {
      const paths: string[] = []
      shell.showItemInFolder = (path) => void paths.push(path)
      ;(globalThis as unknown as { shown: string[] }).shown = paths
      return paths
    })
    expect(shown).toEqual([])
    await page.getByRole('button', { name: 'Show in folder' }).click()
    await expect
      .poll(() => window.app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown))
      .toEqual([join(directory.path, nameOf(coreos.find('pxe', 'kernel').location))])
    await page.getByRole('button', { name: 'Download more' }).click()
  })

  test('a compressed image is decompressed on its way when that is wanted', async () => {
    const { page } = window
    await artifact('metal raw.xz').click()
    await page.getByLabel('Decompress').click()
    await page.getByTestId('start').click()
    await page.getByTestId('files').waitFor()
    const { location } = coreos.find('raw.xz')
    const path = join(directory.path, nameOf(location).replace(/\.xz$/, ''))
    expect((await readFile(path)).equals(coreos.raw)).toBe(true)
    expect(await page.getByTestId('proof-uncompressed-sha256').getAttribute('data-verdict')).toBe('earned')
    await page.getByRole('button', { name: 'Download more' }).click()
  })

  test('a download is stopped after asking, and goes on when it is tried again', async () => {
    const { page } = window
    const { location, content } = coreos.find('iso')
    coreos.mirror.fault(location, { kind: 'stall', afterBytes: content.length - 100_000 })
    await artifact('metal iso').click()
    await page.getByTestId('start').click()
    await coreos.mirror.stalled(location)
    await page.getByTestId('numbers').getByText(/B\/s/).waitFor()
    await window.picture('downloading')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('alertdialog').getByText('are kept for the next try').waitFor()
    await page.getByTestId('stop').click()
    await page.getByRole('heading', { name: 'Stopped', exact: true }).waitFor()
    coreos.mirror.clearFaults()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByTestId('files').waitFor()
    expect((await readFile(join(directory.path, nameOf(location)))).equals(content)).toBe(true)
    await page.getByRole('button', { name: 'Download more' }).click()
  })

  test('a file that is not what its signature is of is told, and not left under its name', async () => {
    const { page } = window
    const format = '4k.raw.xz'
    const { location } = coreos.find(format)
    const { signature } =
      coreos.metadata.architectures[coreos.architecture]!.artifacts['metal']!.formats[format]!['disk']!
    await coreos.mirror.put(signature!, await coreos.signer.sign(Buffer.from('another file')))
    await artifact('metal 4k.raw.xz').click()
    await page.getByTestId('start').click()
    await page.getByTestId('failure').getByText('The signature does not match this image').waitFor()
    await page.getByRole('heading', { name: 'Image rejected' }).waitFor()
    await window.picture('download-failed')
    await expect(readFile(join(directory.path, nameOf(location)))).rejects.toThrow('ENOENT')
    await page.getByRole('button', { name: 'Choose another image' }).click()
  })

  test('the page complained of nothing', () => expect(window.complaints).toEqual([]))
})

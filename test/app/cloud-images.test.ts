import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { readCopied } from '../support/window/clipboard.ts'
import { describeWith } from '../support/run/needs.ts'
import { namedWithShared, sharedFile } from '../support/run/shared.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'

describeWith(['window'], 'the cloud images of a stream', () => {
  let coreos: CoreosMirror
  let window: OpenWindow
  beforeAll(async () => {
    coreos = await startCoreosMirror({ imageSize: 1024 * 1024 })
    window = await openWindow({
      env: { KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile },
    })
    await window.page.keyboard.press('Control+4')
  })
  afterAll(async () => {
    await window?.close()
    await coreos?.dispose()
  })

  const clouds = () => window.page.locator('#clouds')
  const picker = (label: string) => window.page.locator(`[aria-haspopup="listbox"][aria-label^="${label}:"]`)
  const copyButton = (name: string) => clouds().getByRole('button', { name: `Copy: ${name}`, exact: true })
  const copied = (copy: () => Promise<unknown>) => readCopied(window.app, copy)

  async function pick(label: string, option: string): Promise<void> {
    await picker(label).click()
    await window.page.getByRole('option', { name: option, exact: true }).click()
  }

  /** Publishes a stream under a name of its own, and shows it in every architecture. */
  async function showStream(name: string, text: string): Promise<void> {
    const { page } = window
    await coreos.mirror.put(`streams/${name}.json`, text)
    await picker('Release stream').click()
    await page.getByRole('option', { name: 'Another stream…' }).click()
    await page.getByLabel('Name of the stream').fill(name)
    await page.keyboard.press('Enter')
    await page.getByLabel(`Release stream: ${name}`, { exact: true }).waitFor()
  }

  async function showEveryArchitecture(): Promise<void> {
    await picker('Architecture').click()
    await window.page.getByRole('option', { name: 'every architecture' }).click()
  }

  test('are chosen by cloud and region, and their names are copied', async () => {
    await clouds().getByText('Cloud images').waitFor()
    await pick('Cloud', 'aws')
    await pick('Region', 'us-east-1')
    await window.picture('cloud-images')
    expect(await copied(() => copyButton('Image').click())).toBe('ami-05c2c9430b973c8a2')
    await clouds().getByRole('button', { name: 'Copied: Image' }).waitFor()
    await pick('Region', 'eu-central-1')
    expect(await copied(() => copyButton('Image').click())).toBe('ami-0cd4e0e951135fbbb')
    await pick('Cloud', 'gcp')
    await picker('Region').waitFor({ state: 'detached' })
    expect(await copied(() => copyButton('Image family').click())).toBe('fedora-coreos-stable')
    expect(await findBarriers(window.page)).toEqual([])
  })

  test('are chosen and copied by keyboard alone', async () => {
    const { keyboard } = window.page
    await picker('Cloud').focus()
    await keyboard.press('Enter')
    await window.page.getByRole('option').first().waitFor()
    await keyboard.press('ArrowUp')
    await keyboard.press('Enter')
    await picker('Region').waitFor()
    await keyboard.press('Tab')
    await keyboard.press('Tab')
    await keyboard.press('Tab')
    expect(await copied(() => keyboard.press('Enter'))).toBe('ami-0cd4e0e951135fbbb')
  })

  test('of clouds that nobody has seen yet are shown by what they have', async () => {
    const { architecture, metadata } = coreos
    const images = {
      nebula: { zones: [{ id: 'n-1' }], regions: { moon: { slot: 7 }, mars: 'red-2' }, slot: 'any' },
      empty: { regions: {}, image: null },
      toaster: 'crumb\u202e-7',
    }
    const { artifacts } = metadata.architectures[architecture]!
    const architectures = { [architecture]: { artifacts, images }, vax: { artifacts, images: {} } }
    await showStream('odd', JSON.stringify({ ...metadata, stream: 'odd', architectures }))
    await picker('Cloud').click()
    expect(await window.page.getByRole('option').allInnerTexts()).toEqual(['nebula', 'toaster'])
    await window.page.getByRole('option', { name: 'toaster' }).click()
    expect(await copied(() => copyButton('Image').click())).toBe('crumb\\u{202e}-7')
    await pick('Cloud', 'nebula')
    await pick('Region', 'moon')
    expect(await clouds().getByTestId('cloud').locator('div').allInnerTexts()).toEqual([
      'zones.0.id\nn-1\nCopy',
      'slot\n7\nCopy',
      'slot\nany\nCopy',
    ])
    await pick('Region', 'mars')
    await clouds().getByText('red-2').waitFor()
    await picker('Architecture').click()
    await window.page.getByRole('option', { name: 'vax' }).click()
    await clouds().getByText('No cloud image is published for odd, vax.').waitFor()
  })

  const [old, current] = ['streams/stable-2021-06-15.json', 'streams/stable-2026-07.json']
  test.skipIf(sharedFile(old) === null || sharedFile(current) === null)(
    namedWithShared('are those that Fedora published, and old AMIs are told as such', old, current),
    async () => {
      await showStream('published', await readFile(sharedFile(current)!, 'utf8'))
      await showEveryArchitecture()
      await pick('Cloud', 'kubevirt · s390x')
      expect(await copied(() => copyButton('Image by digest').click())).toBe(
        'quay.io/fedora/fedora-coreos-kubevirt@sha256:5d5f3dfa1c18e165d4d6d713e1b72be9d4bd26068b657933fdfcf7255f9694f2',
      )
      await pick('Cloud', 'aws · aarch64')
      await pick('Region', 'ap-east-1')
      await clouds().getByText('ami-01246416cf8db29a7').waitFor()
      await showStream('published-2021', await readFile(sharedFile(old)!, 'utf8'))
      await pick('Cloud', 'aws · x86_64')
      await clouds().getByText('ami-0af9744b58d7daa93').waitFor()
      await clouds().getByText('34.20210529.3.0 was built').getByText('so they are probably gone').waitFor()
      await pick('Cloud', 'gcp · x86_64')
      await clouds().getByText('probably gone').waitFor({ state: 'detached' })
    },
  )

  test('are shown without an error of the page', () => expect(window.complaints).toEqual([]))
})

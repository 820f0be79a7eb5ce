import { writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { Language } from '../../src-shared/language.ts'
import type { Bridge } from '../../src-shared/window-api.ts'
import { makeLoop } from '../support/drives/devices.ts'
import { nameDrives } from '../support/drives/name-drives.ts'
import { isOfBody, makeServedDrive } from '../support/drives/served-drive.ts'
import { makeBootImage } from '../support/images/boot-image.ts'
import { makeRawImage } from '../support/images/coreos-image.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import { openWindow } from '../support/window/open-window.ts'
import { makeUpdateWorld } from '../support/worlds/update-world.ts'
import { makeWindowWorld } from '../support/worlds/window-world.ts'
import { change, wordsOf, type Shown } from './shown.ts'
import { mib } from '../support/files/mib.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl maria@laptop'

/**
 * Takes the window through states that few users see: a first boot that is set up, an image without
 * a signature, a drive over 256 GB, a slow drive, an update, a server that does not answer.
 */
export async function* walkRareStates(language: Language): AsyncGenerator<Shown> {
  const made: { dispose(): Promise<void> }[] = []
  let release = () => {}
  const keep = <T extends { dispose(): Promise<void> }>(thing: T): T => (made.push(thing), thing)
  try {
    const names = keep(await nameDrives())
    const world = keep(await makeWindowWorld(names.environment, 32e9))
    const directory = keep(await makeTemporaryDirectory())
    const { coreos } = world
    const show = (name: string): Shown => ({ name, window: world.window })
    const page = () => world.window.page
    const at = (testId: string) => page().getByTestId(testId)
    const button = (key: string) =>
      page()
        .getByRole('button', { name: wordsOf(language, key) })
        .first()
    const openTab = (number: number) => page().keyboard.press(`Control+${number}`)

    /** A drive that waits in the middle of a job until it is released. */
    const slow = keep(await makeServedDrive(Buffer.alloc(96 * mib, 0x5a), { sectorSize: 4096 }))
    const released = new Promise<void>((resolve) => (release = resolve))
    slow.behaviour = { before: (request) => (isOfBody(request) ? released : undefined) }
    async function chooseSlow() {
      await world.window.answerDialogs(slow.device)
      await button('drives.diskImage').click()
      await at(`drive-${slow.device}`).locator('input:checked').waitFor({ state: 'attached' })
    }
    await change(page(), { language })
    const boot = await makeBootImage({ sectorSize: 4096, options: ['-b', '4096', '-I', '256'] })
    const file = directory.file('fedora-coreos-metal4k.raw')
    await writeFile(file, boot.image)
    await writeFile(`${file}.sig`, await coreos.signer.sign(boot.image))
    await chooseSlow()
    await at('image-file').click()
    await world.window.answerDialogs(file)
    await button('image.chooseFile').click()
    await at('first-boot-answers').click()
    await button('boot.pasteKey').click()
    await page().locator('#first-boot textarea').fill(key)
    await button('boot.addKey').click()
    await page().getByLabel(wordsOf(language, 'boot.hostname'), { exact: true }).fill('node-{n}')
    await at('several').click()
    await at(`drive-${world.zram.device}`).click()
    yield show('host-names')
    await at(`drive-${world.zram.device}`).click()
    await at('several').click()
    await world.window.answerQuestions(true)
    await at('start').click()
    await at('confirm').click()
    await at('numbers')
      .getByText(/(B|Б)\/(s|с)/)
      .waitFor()
    await at('plot').waitFor()
    yield show('writing-first-boot')
    release()
    await at('receipt').waitFor()
    yield show('proved-first-boot')
    await at('receipt').getByRole('button').first().click()
    yield show('receipt-first-boot')
    await button('result.another.write').click()

    const unsigned = directory.file('mine.raw')
    await writeFile(unsigned, makeRawImage({ size: 16 * mib, seed: 7 }))
    await world.window.answerDialogs(unsigned)
    await button('image.chooseOther').click()
    const archive = keep(await makeLoop({ size: 300_000 * mib }))
    await world.window.answerDialogs(archive.device)
    await button('drives.diskImage').click()
    await at(`drive-${archive.device}`).locator('input:checked').waitFor({ state: 'attached' })
    await at('first-boot-published').click()
    await at('start').waitFor()
    yield show('unproved')
    await at('start').click()
    await at('typed-name').waitFor()
    yield show('confirm-precious')
    await page().keyboard.press('Escape')

    await openTab(2)
    await at(`drive-${world.zram.device}`).click()
    await at('start').waitFor()
    yield show('verify')

    /**
     * Lets each long read of `slow` take a while, as of a worn stick, and in the second half of the
     * image so long that the job runs on for all pictures, until it is released.
     */
    function slowDown() {
      const released = new Promise<void>((resolve) => (release = resolve))
      slow.behaviour = {
        before: async ({ kind, offset, length }) => {
          if (kind === 'read' && offset > 4 * mib && length >= 64 * 1024)
            await Promise.race([released, setTimeout(offset > 24 * mib ? 5000 : 60)])
        },
      }
    }
    async function startOnSlow() {
      await at(`drive-${slow.device}`).click()
      slowDown()
      await at('start').click()
      await at('numbers')
        .getByText(/(B|Б)\/(s|с)/)
        .waitFor()
      await at('plot').waitFor()
    }
    coreos.raw4k.copy(slow.bytes)
    await startOnSlow()
    yield show('verifying')
    release()
    await at('receipt').waitFor()

    await openTab(3)
    await startOnSlow()
    yield show('identifying')
    release()
    await at('identified').waitFor()
    await button('result.another.identify').click()
    slow.behaviour = {}
    const changed = Buffer.from(coreos.raw4k)
    changed.fill(0x5a, 20 * mib, 21 * mib)
    await writeFile(world.zram.device, changed)
    await at(`drive-${world.zram.device}`).click()
    await at('start').click()
    await at('hints').waitFor()
    yield show('hints')

    await openTab(4)
    await at(`artifact-${coreos.architecture} metal pxe`).click()
    await world.window.answerDialogs(directory.path)
    await button('download.chooseFolder').click()
    const { location, content } = coreos.find('pxe', 'rootfs')
    coreos.mirror.fault(location, { kind: 'stall', afterBytes: Math.round(content.length / 2) })
    await at('start').click()
    await coreos.mirror.stalled(location)
    await at('percent').waitFor()
    yield show('downloading')
    coreos.mirror.clearFaults()
    await at('files').waitFor()

    const updates = keep(await makeUpdateWorld())
    await updates.publish('0.2.0')
    const { application, home, env } = updates
    const window = await openWindow({
      application,
      home,
      env: {
        ...env,
        ...names.environment,
        KINDLING_STREAM_BASE_URL: coreos.baseUrl,
        KINDLING_KEYRING: coreos.keyringFile,
      },
    })
    made.push({ dispose: () => window.close() })
    await change(window.page, { language })
    await window.page.getByText(wordsOf(language, 'updates.ask')).waitFor()
    yield { name: 'update-ask', window }
    await change(window.page, { updates: 'stable' })
    await window.page.evaluate(() => (globalThis as unknown as { kindling: Bridge }).kindling.call('lookForUpdate', {}))
    await window.page.getByText('0.2.0').first().waitFor()
    yield { name: 'update-found', window }

    coreos.mirror.goAway()
    await world.reopen()
    await change(page(), { language })
    await at('origin')
      .or(page().locator('#image').getByText(wordsOf(language, 'image.offlineNow')))
      .first()
      .waitFor()
    yield show('offline')
  } finally {
    release()
    for (const thing of made.toReversed()) await thing.dispose()
  }
}

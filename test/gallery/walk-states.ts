import { writeFile } from 'node:fs/promises'
import type { Language } from '../../src-shared/language.ts'
import { makeZram, run, type Device } from '../support/drives/devices.ts'
import { nameDrives } from '../support/drives/name-drives.ts'
import { errno, makeServedDrive } from '../support/drives/served-drive.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import { makeWindowWorld } from '../support/worlds/window-world.ts'
import { change, wordsOf, type Shown } from './shown.ts'
import { walkRareStates } from './walk-rare-states.ts'
import { mib } from '../support/files/mib.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl maria@laptop'

/** Takes the real window through every state by user actions, with its own mirror and drives. */
export async function* walkStates(language: Language): AsyncGenerator<Shown> {
  yield* walkUsualStates(language)
  yield* walkRareStates(language)
}

/** Takes the window through the states of ordinary use: each tab, and a job of each kind. */
export async function* walkUsualStates(language: Language): AsyncGenerator<Shown> {
  const made: { dispose(): Promise<void> }[] = []
  const keep = <T extends { dispose(): Promise<void> }>(thing: T): T => (made.push(thing), thing)
  try {
    const names = keep(await nameDrives())
    const world = keep(await makeWindowWorld(names.environment, 32e9))
    await run('mkfs.vfat', '-n', 'PHOTOS', world.zram.device)
    const { coreos } = world
    const show = (name: string): Shown => ({ name, window: world.window })
    const page = () => world.window.page
    const at = (testId: string) => page().getByTestId(testId)
    const button = (key: string) =>
      page()
        .getByRole('button', { name: wordsOf(language, key) })
        .first()
    const drive = ({ device }: Pick<Device, 'device'>) => at(`drive-${device}`)
    const openTab = (number: number) => page().keyboard.press(`Control+${number}`)
    const speak = () => change(page(), { language })

    const metadata = new URL('stable.json', coreos.baseUrl).pathname
    coreos.mirror.fault(metadata, { kind: 'stall', afterBytes: 0 })
    await world.reopen({ XDG_CACHE_HOME: `${world.home}/empty` })
    await speak()
    yield show('reading')
    coreos.mirror.clearFaults()
    coreos.mirror.fault(metadata, { kind: 'status', status: 404 })
    await world.reopen({ XDG_CACHE_HOME: `${world.home}/empty` })
    await button('image.askAgain').waitFor()
    yield show('unreachable')
    coreos.mirror.clearFaults()

    await writeFile(`${world.home}/config/kindling/settings.json`, '{')
    await world.reopen()
    await at('origin').waitFor()
    await speak()
    await page()
      .getByRole('tab', { name: wordsOf(language, 'modes.write') })
      .waitFor()
    yield show('set-aside')
    await page().keyboard.press('Control+,')
    await page().getByRole('dialog').waitFor()
    yield show('set-aside-settings')

    await world.reopen()
    await at('origin').waitFor()
    yield show('choose')
    await page().locator('#image button[aria-haspopup="listbox"]').first().click()
    await page().getByRole('option').first().waitFor()
    yield show('choose-stream')
    await page().keyboard.press('Escape')
    await page()
      .getByRole('radio', { name: wordsOf(language, 'image.kinds.url') })
      .click()
    await page().locator('#image input').first().fill('ftp://mirror.example/image.raw.xz')
    await page().keyboard.press('Enter')
    await button('image.proofs').click()
    yield show('choose-address')
    await page()
      .getByRole('radio', { name: wordsOf(language, 'image.kinds.file') })
      .click()
    yield show('choose-file')
    await page()
      .getByRole('radio', { name: wordsOf(language, 'image.kinds.stream') })
      .click()

    await drive(world.zram).click()
    await page().getByText(wordsOf(language, 'boot.undecided')).waitFor()
    yield show('chosen')
    await at('first-boot-file').click()
    yield show('first-boot')
    const config = `${world.home}/config.ign`
    const core = { name: 'core', passwordHash: 'secret', shel: '/bin/zsh' }
    await writeFile(config, JSON.stringify({ ignition: { version: '3.4.0' }, passwd: { users: [core] } }, null, 2))
    await world.window.answerDialogs(config)
    await button('boot.choose').click()
    await at('first-boot-check').getByRole('listitem').first().waitFor()
    yield show('first-boot-problems')
    await at('first-boot-answers').click()
    await button('boot.pasteKey').click()
    await page().locator('#first-boot textarea').fill(key)
    await button('boot.addKey').click()
    await at('ssh-key').waitFor()
    await page().getByLabel(wordsOf(language, 'boot.hostname')).fill('node-1')
    await button('boot.made.title').click()
    await at('made-config').getByText('node-1').waitFor()
    yield show('first-boot-answers')
    await button('boot.profiles.title').click()
    await world.window.answerQuestions(true)
    await page().getByLabel(wordsOf(language, 'boot.profiles.name')).fill('rack 2')
    await button('boot.profiles.save').click()
    await at('profile-rack 2').waitFor()
    yield show('profiles')
    await at('format-iso').click()
    await at('live-installs').click()
    await at('install-disk').fill('/dev/disk/by-id/nvme-WDC_SN730_2045')
    await at('start').waitFor()
    yield show('first-boot-install')
    await at('live-waits').click()
    await at('format-raw.xz').click()
    await at('first-boot-published').click()
    await at('start').click()
    await page().getByRole('alertdialog').waitFor()
    yield show('confirm')

    const { location } = coreos.find('4k.raw.xz')
    coreos.mirror.fault(location, { kind: 'stall', afterBytes: coreos.raw4kXz.length - 100_000 })
    await at('confirm').click()
    await coreos.mirror.stalled(location)
    await at('numbers')
      .getByText(/(B|Б)\/(s|с)/)
      .waitFor()
    await at('plot').waitFor()
    yield show('writing')
    await button('job.cancel').click()
    await page().getByRole('alertdialog').waitFor()
    yield show('stop')
    await at('stop').click()
    await button('failure.backFromStop').waitFor()
    coreos.mirror.clearFaults()
    yield show('stopped')
    await button('failure.again').click()
    await at('receipt').waitFor()
    yield show('proved')
    await button('result.another.write').click()

    await openTab(2)
    await at('format-raw.xz').click()
    await drive(world.zram).click()
    await at('start').click()
    await at('receipt').waitFor()
    yield show('verified')
    await button('result.another.verify').click()
    await writeFile(world.zram.device, Buffer.alloc(mib, 1))
    await at('format-raw.xz').click()
    await drive(world.zram).click()
    await at('start').click()
    await at('failure').waitFor()
    yield show('differs')
    await button('failure.back').click()

    await openTab(3)
    await drive(world.zram).click()
    yield show('identify')
    await at('start').click()
    await at('hints').or(at('unknown')).or(button('result.another.identify')).first().waitFor()
    yield show('unknown')
    await button('result.another.identify').click()
    await writeFile(world.zram.device, coreos.raw4k)
    await drive(world.zram).click()
    await at('start').click()
    await at('identified').waitFor()
    yield show('identified')
    await button('result.another.identify').click()

    await openTab(4)
    await at(`artifact-${coreos.architecture} metal pxe`).waitFor()
    yield show('download')
    for (const option of ['aws', 'us-east-1']) {
      await page().locator('#clouds [aria-haspopup="listbox"]').last().click()
      await page().getByRole('option', { name: option }).click()
    }
    await at('cloud').getByText('ami-').waitFor()
    yield show('cloud-images')
    await at(`artifact-${coreos.architecture} metal pxe`).click()
    const downloads = keep(await makeTemporaryDirectory())
    await world.window.answerDialogs(downloads.path)
    await button('image.choose').click()
    await page().getByText(downloads.path).first().waitFor()
    await at('start').click()
    await at('files').waitFor()
    yield show('downloaded')

    await openTab(5)
    await drive(world.zram).click()
    await page().getByLabel(wordsOf(language, 'restore.label')).fill('PHOTOS')
    yield show('restore')
    await at('start').click()
    await at('confirm').click()
    await at('restored').waitFor()
    yield show('restored')
    await button('result.another.restore').click()

    await openTab(6)
    // All of a drive of 32 GB would take minutes to save.
    await writeFile(world.zram.device, coreos.raw4k)
    await drive(world.zram).click()
    await at('size-used').click()
    await world.window.answerDialogs(`${downloads.path}/drive.img.gz`)
    await at('choose-image-file').click()
    await page().getByText('drive.img.gz').first().waitFor()
    yield show('save')
    await at('start').click()
    await at('files').waitFor()
    yield show('saved')
    await button('result.another.save').click()

    await openTab(1)
    const [good, bad] = [
      keep(await makeZram(64e9)),
      keep(await makeServedDrive(Buffer.alloc(64 * mib, 0x5a), { sectorSize: 4096 })),
    ]
    await at('format-raw.xz').click()
    await at('several').click()
    await world.window.answerDialogs(bad.device)
    await button('drives.diskImage').click()
    await drive(bad).waitFor()
    // The drive that was just added is chosen.
    for (const each of [world.zram, good]) await drive(each).click()
    yield show('several')
    await at('start').click()
    await page().getByRole('alertdialog').waitFor()
    yield show('confirm-several')
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    bad.behaviour = {
      before: async ({ kind, offset, length }) => {
        if (kind !== 'write' || length < 64 * 1024 || offset < 8 * mib || offset > 40 * mib) return
        await held
        return errno.EIO
      },
    }
    await at('confirm').click()
    await page().locator(`[data-testid="row-${good.device}"][data-state="proved"]`).waitFor()
    yield show('writing-several')
    release()
    await at(`row-${bad.device}`).getByTestId('failure').waitFor()
    yield show('failed-several')
    await button('result.another.write').click()

    const { signature } =
      coreos.metadata.architectures[coreos.architecture]!.artifacts['metal']!.formats['iso']!['disk']!
    await coreos.mirror.put(signature!, await coreos.signer.sign(Buffer.from('another file')))
    await at('format-iso').click()
    await at('several').click()
    await drive(good).click()
    await at('start').click()
    await at('confirm').click()
    await at('failure').waitFor()
    yield show('failed')
    await button('failure.chooseImage').click()

    await page().keyboard.press('Control+,')
    await page().getByRole('dialog').waitFor()
    yield show('settings')
    for (const group of ['downloads', 'writing']) {
      await page()
        .getByRole('dialog')
        .getByRole('tab', { name: wordsOf(language, `settings.group.${group}`) })
        .click()
      yield show(`settings-${group}`)
    }
    await page().keyboard.press('Escape')
    await drive(good).click()
    await made.splice(made.indexOf(good), 1)[0]!.dispose()
    await drive(good).waitFor({ state: 'detached' })
    yield show('unplugged')
  } finally {
    for (const thing of made.toReversed()) await thing.dispose()
  }
}

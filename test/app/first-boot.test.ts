import { execFileSync } from 'node:child_process'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { encrypt } from 'unixcrypt'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDevice } from '../support/drives/read-device.ts'
import { makeBootImage, type BootImage } from '../support/images/boot-image.ts'
import { initrdSize, makeLiveIso, type LiveIso } from '../support/images/live-iso.ts'
import { describeWith } from '../support/run/needs.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@laptop'
const config = (user: object, version = '3.4.0') =>
  JSON.stringify({ ignition: { version }, passwd: { users: [{ name: 'core', ...user }] } }, null, 2)

/** Returns the texts of the progress of a job, which can be over in a moment, once it has ended. */
const watchSteps = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<{ percents: string[]; steps: string[]; scrolled: number }>((resolve) => {
        const percents = new Set<string>()
        let steps: string[] = []
        let scrolled = 0
        const observer = new MutationObserver(() => {
          const percent = document.querySelector('[data-testid="percent"]')
          if (percent !== null) {
            percents.add(percent.textContent.trim())
            scrolled = document.querySelector('.page:not([hidden])')!.scrollTop
            steps = [...document.querySelectorAll('ol .label')].map((label) => label.textContent.trim())
          } else if (percents.size > 0) {
            observer.disconnect()
            resolve({ percents: [...percents], steps, scrolled })
          }
        })
        observer.observe(document.body, { subtree: true, childList: true, characterData: true })
      }),
  )

const disk = '/dev/disk/by-id/nvme-Disk_S123'
const commands = ['mke2fs', 'debugfs', 'xorriso', 'cpio'].map((name) => `command:${name}` as const)

describeWith(['window', 'zram', ...commands], 'the first boot in the window', () => {
  let world: WindowWorld
  let boot: BootImage
  let file: string
  let iso: LiveIso
  beforeAll(async () => {
    world = await makeWindowWorld()
    boot = await makeBootImage({ sectorSize: 4096, options: ['-b', '4096', '-I', '256'] })
    file = `${world.home}/metal4k.raw`
    await writeFile(file, boot.image)
    await writeFile(`${file}.sig`, await world.coreos.signer.sign(boot.image))
  })
  afterAll(() => world?.dispose())

  const at = (testId: string) => world.window.page.getByTestId(testId)
  const sentence = () => world.window.page.locator('h1').innerText()

  /** Returns the answer of debugfs about the boot file system of the written drive. */
  async function askDebugfs(request: string): Promise<string> {
    const { start, end } = boot.boot
    const partition = `${world.home}/boot.img`
    const written = await readDevice(world.zram.device, boot.image.length)
    await writeFile(partition, written.subarray(start, end))
    return execFileSync('debugfs', ['-R', request, partition], { stdio: 'pipe' }).toString()
  }

  /** Unpacks the config of the written live system as the kernel does. */
  async function readLiveConfig() {
    const written = await readDevice(world.zram.device, iso.image.length)
    const input = gunzipSync(written.subarray(iso.initrd, iso.initrd + initrdSize))
    return JSON.parse(execFileSync('cpio', ['-i', '--quiet', '--to-stdout', 'config.ign'], { input }).toString())
  }

  const readConfig = () => askDebugfs('cat /ignition/config.ign')

  async function chooseIgnition(name: string, text: string): Promise<void> {
    const path = `${world.home}/${name}`
    await writeFile(path, text)
    await world.window.answerDialogs(path)
    await world.window.page
      .getByRole('button', { name: /^Choose (an Ignition file|another)…$/ })
      .last()
      .click()
  }

  test('an image as published says that nobody can log in, before it is written', async () => {
    const { page } = world.window
    await at('image-file').click()
    await world.window.answerDialogs(file)
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await at(`drive-${world.zram.device}`).click()
    await page.getByText('Set up the first boot, or write the system as published.').waitFor()
    expect([await at('start').count(), await sentence()]).toEqual([
      0,
      expect.stringMatching(/ with a setup for its first boot$/),
    ])
    await at('first-boot-published').click()
    await at('start').waitFor()
    expect(await sentence()).toMatch(/^Write metal4k\.raw to .* without a login$/)
    await world.window.picture('first-boot-published')
    await at('start').click()
    await at('no-login').getByText('no password and no key').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
  })

  test('the problems of an Ignition file are shown with their places, and nothing is written with them', async () => {
    const { page } = world.window
    await at('first-boot-file').click()
    await page.getByText('Choose an Ignition file, or write the system as published.').waitFor()
    await world.window.picture('first-boot-empty')
    await chooseIgnition('config.ign', config({ passwordHash: 'secret', shel: '/bin/zsh' }))
    await at('first-boot-check')
      .getByText(/^Line 9, column \d+: This is not a hash/)
      .waitFor()
    await at('first-boot-check')
      .getByText(/^Line 10, column \d+: The key shel is ignored/)
      .waitFor()
    await page.getByText('Correct the Ignition file').waitFor()
    expect(await at('start').count()).toBe(0)
    expect(await findBarriers(page)).toEqual([])
    await world.window.picture('first-boot-problems')

    await writeFile(`${world.home}/config.ign`, config({ sshAuthorizedKeys: [key] }))
    await page.getByRole('button', { name: 'Check again' }).click()
    await at('start').waitFor()
  })

  test('a config that lets nobody in needs a tick', async () => {
    await chooseIgnition('nobody.ign', config({}))
    await at('first-boot-check').getByText('You cannot log in').waitFor()
    await at('start').click()
    expect(await at('confirm').isDisabled()).toBe(true)
    await world.window.picture('first-boot-nobody')
    await world.window.page.getByLabel('Write it without a login').click()
    expect(await at('confirm').isEnabled()).toBe(true)
    await world.window.page.getByRole('button', { name: 'Cancel' }).click()
  })

  test('a Butane file is translated, and its problems have their places in it', async () => {
    const butane = (version: string, more = '') =>
      `variant: fcos\nversion: ${version}\npasswd:\n  users:\n    - name: core\n      ssh_authorized_keys: ['${key}']\n${more}`
    await chooseIgnition('node.bu', butane('1.5.0', '      shel: /bin/zsh\n'))
    await at('first-boot-check')
      .getByText(/^Line 7, column 7: The key shel is ignored/)
      .waitFor()
    await chooseIgnition('files.bu', butane('1.5.0', 'storage: {files: [{path: /a, contents: {local: a}}]}\n'))
    await at('first-boot-check')
      .getByText(/^Line 7, column \d+: This needs local files, which only the command line can add/)
      .waitFor()
    await chooseIgnition('node.bu', butane('1.5.0'))
    await at('first-boot-check').getByText('A valid config of version 3.4.0').waitFor()
    expect(await sentence()).toMatch(/ with the Ignition file node\.bu$/)
    await at('start').waitFor()
  })

  test('the config is on the drive after the write, and the window says how to log in', async () => {
    const text = config({ sshAuthorizedKeys: [key] })
    await chooseIgnition('config.ign', text)
    await at('first-boot-check').getByText('A valid config of version 3.4.0').waitFor()
    expect(await sentence()).toMatch(/ with the Ignition file config\.ign$/)
    await world.window.picture('first-boot-chosen')
    await at('start').click()
    const shown = watchSteps(world.window.page)
    await at('confirm').click()
    await at('receipt').waitFor()
    const { percents, steps, scrolled } = await shown
    // The page before was scrolled down to the first boot.
    expect(scrolled).toBe(0)
    expect(percents.length).toBeGreaterThan(0)
    for (const percent of percents) expect(percent).toMatch(/^\d+ % of the job · step \d of 7$/)
    expect(steps).toEqual([
      ...['get signature', 'verify image', 'prepare', 'read ─ decode ─ write', 'verify', 'set up', 'make bootable'],
    ])
    expect(await at('proof-first-boot').getAttribute('data-verdict')).toBe('earned')
    await at('receipt').getByRole('button', { name: 'Receipt' }).click()
    expect(await at('receipt').innerText()).toMatch(/\/ignition\/config\.ign, \d+ bytes/)
    expect(await at('receipt').innerText()).toContain('matches the image as published')
    await at('what-now').getByText('ssh core@ADDRESS').waitFor()
    await world.window.picture('first-boot-written')
    expect(await findBarriers(world.window.page)).toEqual([])

    const written = await readDevice(world.zram.device, boot.image.length)
    expect(await readConfig()).toBe(text)
    expect(await askDebugfs('stat /ignition/config.ign')).toMatch(/Mode:\s+0600/)
    const { start } = boot.boot
    expect(written.subarray(0, start).equals(boot.image.subarray(0, start))).toBe(true)
  })

  test('without a file, a key and a host name make the config, which the window remembers', async () => {
    const { page } = world.window
    await page.getByRole('button', { name: 'Write another' }).click()
    await at(`drive-${world.zram.device}`).click()
    await at('first-boot-answers').click()
    await page.getByText('Add an SSH key or a password, or write the system as published.').waitFor()
    await page.getByRole('button', { name: 'Paste a key' }).click()
    await page.getByLabel('Public key').fill('-----BEGIN OPENSSH PRIVATE KEY-----')
    await page.getByRole('button', { name: 'Add key' }).click()
    // It comes into view, though the form ends below the window.
    const problem = page.getByText('This is a private key.')
    await problem.waitFor()
    const isInView = (element: Element) =>
      element.getBoundingClientRect().bottom <= document.querySelector('.foot')!.getBoundingClientRect().top
    expect(await problem.evaluate(isInView)).toBe(true)
    const keyFile = `${world.home}/id.pub`
    await writeFile(keyFile, 'not a key')
    await world.window.answerDialogs(keyFile)
    await page.getByRole('button', { name: 'Choose a key file…' }).click()
    await page.getByText('This is not a public SSH key, or it was cut off.').waitFor()
    await page.getByLabel('Public key').fill(key)
    await page.getByRole('button', { name: 'Add key' }).click()
    await at('ssh-key').getByText('me@laptop').waitFor()
    await page.getByLabel('Host name').fill('node 1')
    await page.getByText('Correct the host name.').waitFor()
    await page.getByLabel('Host name').fill('node-1')
    await at('start').waitFor()
    expect(await sentence()).toMatch(/ with SSH key me@laptop, host name node-1$/)
    await world.window.picture('first-boot-answers')
    expect(await findBarriers(page)).toEqual([])

    // The page does not decide alone who may log in.
    const asked = await world.window.answerQuestions(true)
    await at('start').click()
    await page.getByRole('alertdialog').getByText('SSH key me@laptop, host name node-1').waitFor()
    await at('confirm').click()
    await at('what-now').getByText('ssh core@node-1').waitFor()
    expect(await asked()).toMatchObject([{ message: 'Let these SSH keys log in?', usual: 'Cancel' }])
    const made = JSON.parse(await readConfig())
    expect(made.passwd.users).toEqual([{ name: 'core', sshAuthorizedKeys: [key] }])
    expect(made.storage.files).toMatchObject([{ path: '/etc/hostname', contents: { source: 'data:,node-1' } }])
  })

  test('the next drive gets the same in one click', async () => {
    const { page } = world.window
    await page.getByRole('button', { name: 'Write another' }).click()
    await at('first-boot-published').click()
    await at('as-last-time').click()
    await at(`drive-${world.zram.device}`).click()
    await at('start').waitFor()
    expect(await sentence()).toMatch(/ with SSH key me@laptop, host name node-1$/)
    await at(`drive-${world.zram.device}`).click()
  })

  test('a setup from before the last one is offered, too', async () => {
    const { page } = world.window
    await page.getByLabel('Host name').fill('node-2')
    await at(`drive-${world.zram.device}`).click()
    await world.window.answerQuestions(true)
    await at('start').click()
    await at('confirm').click()
    await page.getByRole('button', { name: 'Write another' }).click()
    await at('first-boot-published').click()
    await at('as-last-time').getByText('host name node-2').waitFor()
    await page.getByRole('button', { name: 'Earlier setups' }).click()
    await page.getByRole('button', { name: 'SSH key me@laptop, host name node-1', exact: true }).click()
    await at('ssh-key').getByText('me@laptop').waitFor()
    expect(await page.getByLabel('Host name').inputValue()).toBe('node-1')
  })

  test('a password lets the user of the console in, by its hash alone', async () => {
    const { page } = world.window
    await at(`drive-${world.zram.device}`).click()
    await page.getByRole('button', { name: 'Remove me@laptop' }).click()
    await page.getByRole('button', { name: 'Password for the console' }).click()
    await page.getByLabel('Password of core').fill('correct horse')
    await page.getByText('Set the password, or empty its field.').waitFor()
    await page.keyboard.press('Enter')
    await at('password-set').waitFor()
    await page.getByRole('button', { name: 'Static network address' }).click()
    await page.getByLabel('Address with prefix length').fill('192.0.2.5')
    await page.getByText('Correct the network address.').waitFor()
    await page.getByLabel('Address with prefix length').fill('192.0.2.5/24')
    await page.getByLabel('Name servers').fill('192.0.2.1, 192.0.2.2')
    await at('start').waitFor()
    expect(await sentence()).toMatch(/ with a password, host name node-1, address 192\.0\.2\.5\/24$/)
    await page.getByRole('button', { name: 'Show the Ignition file' }).click()
    await at('made-config').getByText('"passwordHash": "$6$').waitFor()
    expect(await findBarriers(page)).toEqual([])

    const asked = await world.window.answerQuestions(true)
    await at('start').click()
    await at('confirm').click()
    await at('what-now').getByText('with the password').waitFor()
    expect(await asked()).toMatchObject([{ message: 'Let a password log in?', usual: 'Cancel' }])
    const made = JSON.parse(await readConfig())
    const [user] = made.passwd.users
    const salt = user.passwordHash.split('$').slice(0, 4).join('$')
    expect(encrypt('correct horse', salt)).toBe(user.passwordHash)
    expect(made.storage.files[1].path).toBe('/etc/NetworkManager/system-connections/static.nmconnection')
    // Neither the password nor its hash is kept.
    const kept = await readFile(`${world.home}/state/kindling/first-boot.json`, 'utf8')
    expect(kept).toContain('me@laptop')
    expect(kept).not.toMatch(/horse|\$6\$/)
    await page.getByRole('button', { name: 'Write another' }).click()
  })

  test('the made config can be saved, as Ignition or Butane', async () => {
    const { app, page } = world.window
    await page.getByRole('button', { name: 'Show the Ignition file' }).click()
    for (const [name, start] of [
      ['node.ign', '{'],
      ['node.bu', 'variant: fcos'],
    ] as const) {
      const filePath = `${world.home}/saved-${name}`
      // An existing file that others may read becomes private, too.
      await writeFile(filePath, '')
      await chmod(filePath, 0o644)
      await app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = async () => ({ canceled: false, filePath })
      }, filePath)
      await page.getByRole('button', { name: 'Save…' }).click()
      await expect.poll(() => readFile(filePath, 'utf8').catch(() => '')).toMatch(new RegExp(`^${start}`))
      expect((await stat(filePath)).mode & 0o777).toBe(0o600)
    }
  })

  test('an ISO waits for its user unless it shall install by itself', async () => {
    const { page } = world.window
    iso = await makeLiveIso()
    const path = `${world.home}/live.iso`
    await writeFile(path, iso.image)
    await writeFile(`${path}.sig`, await world.coreos.signer.sign(iso.image))
    await world.window.answerDialogs(path)
    await page.getByRole('button', { name: 'Choose another…' }).first().click()
    await at(`drive-${world.zram.device}`).click()
    await at('first-boot-published').click()
    await page.getByText('The console logs in by itself, without a password.').waitFor()
    await at('start').waitFor()
    expect(await sentence()).not.toContain('login')
    await at('live-installs').click()
    await page.getByText('Name the disk to install on.').waitFor()
    await page.keyboard.type('nvme0n1')
    await page.getByText('Correct the disk to install on.').waitFor()
    await at('install-disk').fill(disk)
    await at('first-boot-answers').click()
    await page.getByRole('button', { name: 'Remove the password' }).click()
    await page.getByRole('button', { name: 'Paste a key' }).click()
    await page.getByLabel('Public key').fill(key)
    await page.getByRole('button', { name: 'Add key' }).click()
    await at('start').waitFor()
    expect(await sentence()).toContain(` that installs by itself on ${disk}, with SSH key me@laptop`)
    await page.getByLabel('First stop RAID, LVM and encryption on that disk').click()
    await world.window.picture('first-boot-install')
    expect(await findBarriers(page)).toEqual([])
  })

  test('the drive that installs is written only after a question of the system, and says what it erases', async () => {
    const { page } = world.window
    await world.window.answerQuestions(false)
    await at('start').click()
    await at('installs').getByText(`erases ${disk} without asking`).waitFor()
    await at('installs').getByText('First it stops RAID, LVM and encryption on that disk.').waitFor()
    await at('confirm').click()
    await page.getByRole('button', { name: 'Back' }).click()
    const asked = await world.window.answerQuestions(true)
    await at('start').click()
    await at('confirm').click()
    await at('what-now').getByText(`erases ${disk} without asking`).waitFor()
    expect(await asked()).toMatchObject([
      { message: 'Write a drive that wipes and erases this disk by itself?', usual: 'Cancel' },
    ])
    await world.window.picture('first-boot-install-written')
    const config = await readLiveConfig()
    expect(config.storage.files.map(({ path }: { path: string }) => path)).toEqual([
      '/usr/local/bin/pre-install-release-disk',
      '/etc/coreos/dest.ign',
      '/etc/coreos/installer.d/0000-customize.yaml',
    ])
    expect(config.systemd.units.map(({ name }: { name: string }) => name)).toEqual([
      'pre-install-release-disk.service',
      'coreos-installer-reboot.service',
    ])
  })

  test('earlier setups are deleted by the keyboard, for the next window, too', async () => {
    const kept = async () => {
      const text = await readFile(`${world.home}/state/kindling/first-boot.json`, 'utf8')
      return (JSON.parse(text) as { hostname: string }[]).map(({ hostname }) => hostname)
    }
    await world.reopen()
    const { page } = world.window
    await page.getByRole('button', { name: 'Earlier setups' }).click()
    const deletes = page.getByRole('button', { name: /^Delete “/ })
    const names = await kept()
    expect(names.length).toBeGreaterThan(1)
    expect(await deletes.count()).toBe(names.length)
    expect(await findBarriers(page)).toEqual([])
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    for (let index = 1; index < names.length; index++) {
      await deletes.first().press('Enter')
      await expect.poll(() => deletes.count()).toBe(names.length - index)
      expect(await kept()).toEqual(names.slice(index))
      // The keyboard goes on at the next one.
      await expect.poll(focused).toBe(await deletes.first().getAttribute('aria-label'))
      await at('as-last-time').getByText(`host name ${names[index]}`).waitFor()
    }
    await deletes.press('Enter')
    await at('as-last-time').waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: 'Earlier setups' }).count()).toBe(0)
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tabpanel')
    expect(await kept()).toEqual([])
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})

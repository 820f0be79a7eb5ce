import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bridge } from '../../src-shared/window-api.ts'
import { describeWith } from '../support/run/needs.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { makeWindowWorld, type WindowWorld } from '../support/worlds/window-world.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@laptop'
const foreign = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICrsqBTrJPSTLM5ngVXOKKBiazQHVAtgBvIjl/4JHL0R somebody@elsewhere'

describeWith(['window', 'zram'], 'profiles of a first boot in the window', () => {
  let world: WindowWorld
  beforeAll(async () => void (world = await makeWindowWorld()))
  afterAll(() => world?.dispose())

  const at = (testId: string) => world.window.page.getByTestId(testId)
  const sentence = () => world.window.page.locator('h1').innerText()
  const file = () => readFile(`${world.home}/state/kindling/first-boot-profiles.json`, 'utf8').catch(() => '[]')
  const openProfiles = () => world.window.page.getByRole('button', { name: 'Profiles', exact: true }).click()

  test('a setup is saved under a name, after the user agreed to its key', async () => {
    const { page } = world.window
    await at('first-boot-answers').click()
    await openProfiles()
    await page.getByLabel('Name of a profile').fill('lab')
    // There is nothing to keep yet.
    expect(await page.getByRole('button', { name: 'Save as profile' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Paste a key' }).click()
    await page.getByLabel('Public key').fill(key)
    await page.getByRole('button', { name: 'Add key' }).click()
    await page.getByLabel('Host name').fill('node-1')
    await page.getByRole('button', { name: 'Static network address' }).click()
    await page.getByLabel('Address with prefix length').fill('192.0.2.5/24')
    await page.getByLabel('Name servers').fill('192.0.2.1')
    await page.getByRole('button', { name: 'Password for the console' }).click()
    await page.getByLabel('Password of core').fill('correct horse')
    await page.keyboard.press('Enter')
    await at('password-set').waitFor()

    const declined = await world.window.answerQuestions(false)
    await page.getByRole('button', { name: 'Save as profile' }).click()
    await expect.poll(declined).toMatchObject([{ message: 'Keep these SSH keys in a profile?', usual: 'Cancel' }])
    expect(await at('profile-lab').count()).toBe(0)
    expect(await file()).toBe('[]')
    const agreed = await world.window.answerQuestions(true)
    await page.getByLabel('Name of a profile').press('Enter')
    await at('profile-lab').getByText('SSH key me@laptop, host name node-1, address 192.0.2.5/24').waitFor()
    expect(await agreed()).toHaveLength(1)
    expect(await file()).toContain('me@laptop')
    expect(await file()).not.toMatch(/horse|\$6\$/)
    await world.window.picture('first-boot-profiles')
    expect(await findBarriers(page)).toEqual([])
  })

  test('it is replaced under its name, kept under another, renamed and deleted by the keyboard', async () => {
    const { page } = world.window
    const field = page.getByLabel('Name of a profile')
    await page.getByLabel('Host name').fill('node-2')
    await field.fill('lab')
    await page.getByRole('button', { name: 'Replace the profile' }).click()
    await at('profile-lab').getByText('host name node-2').waitFor()
    await field.fill('home')
    await field.press('Enter')
    await at('profile-home').waitFor()
    await page.getByRole('button', { name: 'Rename home' }).press('Enter')
    await page.getByLabel('New name of home').fill('attic')
    await page.keyboard.press('Enter')
    await at('profile-attic').waitFor()
    expect(await at('profile-home').count()).toBe(0)
    await page.getByRole('button', { name: 'Delete attic' }).press('Enter')
    await at('profile-attic').waitFor({ state: 'detached' })
    await expect.poll(() => field.evaluate((input) => input === document.activeElement)).toBe(true)
  })

  test('the next window offers it beside the choice, and uses it without a question', async () => {
    await world.reopen()
    const { page } = world.window
    const asked = await world.window.answerQuestions(false)
    await at('use-profile-lab').click()
    await at('ssh-key').getByText('me@laptop').waitFor()
    expect(await page.getByLabel('Name servers').inputValue()).toBe('192.0.2.1')
    await at(`drive-${world.zram.device}`).click()
    await at('start').waitFor()
    expect(await sentence()).toMatch(/ with SSH key me@laptop, host name node-2, address 192\.0\.2\.5\/24$/)
    await openProfiles()
    await page.getByLabel('Name of a profile').fill('copy')
    await page.keyboard.press('Enter')
    await at('profile-copy').waitFor()
    expect(await asked()).toEqual([])
    await at('first-boot-published').click()
    await at('use-profile-copy').waitFor()
    await world.window.picture('first-boot-profiles-offered')
    expect(await findBarriers(page)).toEqual([])
  })

  test('a page that was taken over cannot slip in a key that the next window trusts', async () => {
    const asked = await world.window.answerQuestions(false)
    const answers = {
      ...{ user: 'core', sshKeys: [foreign], passwordHash: null, hostname: null, timezone: null },
      ...{ address: null, autologin: false, updateWindow: null },
    }
    const call = <N extends 'saveProfile' | 'renameProfile'>(name: N, args: Parameters<Bridge['call']>[1]) =>
      world.window.page.evaluate(
        ([name, args]) => (globalThis as unknown as { kindling: Bridge }).kindling.call(name, args as never),
        [name, args] as const,
      )
    expect(await call('saveProfile', { name: 'lab', answers })).toMatchObject({ failure: { code: 'declined' } })
    expect(await asked()).toMatchObject([{ message: 'Keep these SSH keys in a profile?' }])
    for (const more of [{ user: 'root' }, { autologin: true }])
      expect(await call('saveProfile', { name: 'x', answers: { ...answers, sshKeys: [key], ...more } })).toMatchObject({
        failure: { code: 'usage' },
      })
    expect(await call('renameProfile', { from: 'lab', to: 'a\nb' })).toMatchObject({ failure: { code: 'usage' } })
    expect(await file()).not.toContain('somebody@elsewhere')
  })

  test('the page complained of nothing', () => expect(world.window.complaints).toEqual([]))
})

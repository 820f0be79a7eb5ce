import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { describeWith, testWith } from '../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { readCopied } from '../support/window/clipboard.ts'
import { findBarriers } from '../support/window/find-barriers.ts'
import { openAsNobody } from '../support/window/open-as-nobody.ts'
import type { OpenWindow } from '../support/window/open-window.ts'

const file = '/home/me/Kindling.AppImage'

describeWith(['window', 'sudo'], 'an AppImage that an ordinary user started without Chromium’s sandbox', () => {
  let coreos: CoreosMirror
  let settings: TemporaryDirectory
  let window: OpenWindow
  beforeAll(async () => {
    ;[coreos, settings] = await Promise.all([startCoreosMirror(), makeTemporaryDirectory()])
    await chmod(settings.path, 0o755)
    // As on Ubuntu.
    await writeFile(settings.file('apparmor_restrict_unprivileged_userns'), '1\n')
    await mkdir(settings.file('bin'))
    await writeFile(
      settings.file('bin/unshare'),
      '#!/bin/sh\n[ "$1" != -Ur ] || exit 1\nexec /usr/bin/unshare "$@"\n',
      { mode: 0o755 },
    )
    // On Linux, Playwright always adds --no-sandbox, like the start script of an AppImage.
    window = await openAsNobody(coreos, {
      env: { APPIMAGE: file, APPDIR: '/opt/Kindling', PATH: `${settings.file('bin')}:${process.env['PATH']}` },
      instead: { '/proc/sys/kernel': settings.path },
    })
  })
  afterAll(async () => {
    await window?.close()
    await coreos?.dispose()
    await settings?.dispose()
  })

  test('says so, why, and how to get it back, until it is dismissed', async () => {
    const { page, app } = window
    const notice = page.getByRole('status').filter({ hasText: 'without Chromium’s sandbox' })
    await notice.waitFor()
    expect(await notice.textContent()).toContain(
      'AppArmor does not let it create user namespaces (kernel.apparmor_restrict_unprivileged_userns = 1). Install the deb or the rpm',
    )
    // The notice about the mirror waits for this one.
    expect(await page.getByText('Using the mirror').count()).toBe(0)
    expect(await findBarriers(page)).toEqual([])
    await window.picture('lost-sandbox')
    const profile = await readCopied(app, () => page.getByRole('button', { name: 'Copy a profile' }).click())
    expect(profile).toContain(`"${file}" flags=(unconfined)`)
    await notice.getByText('Its first line says where to save it.').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await notice.waitFor({ state: 'detached' })
    await page.getByText('Using the mirror').waitFor()
  })

  testWith(['user-namespaces'], 'names the user’s own option where the system allows namespaces', async () => {
    await window.close()
    window = await openAsNobody(coreos, {
      env: { APPIMAGE: file, APPDIR: '/opt/Kindling' },
      instead: { '/proc/sys/kernel': settings.path },
    })
    const notice = window.page.getByRole('status').filter({ hasText: 'without Chromium’s sandbox' })
    await notice.getByText('Start it without the option that turns the sandbox off.').waitFor()
    expect(await notice.getByRole('button').allTextContents()).toEqual(['Dismiss'])
  })

  test('the page complained of nothing', () => expect(window.complaints).toEqual([]))
})

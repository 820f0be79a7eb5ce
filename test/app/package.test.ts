import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { FuseState } from '@electron/fuses/dist/constants.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { descendants } from '../support/programs/descendants.ts'
import { makeLoop, makeZram, type Device } from '../support/drives/devices.ts'
import { expectDone } from '../support/expect/expect-events.ts'
import { lacking, testWith } from '../support/run/needs.ts'
import { openPackagedWindow } from '../support/window/packaged-window.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { runKindling } from '../support/worlds/run-kindling.ts'
import { withoutNamespaces } from '../support/programs/without-namespaces.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { makeUnprivileged, type Unprivileged, type UnprivilegedOptions } from '../support/programs/unprivileged.ts'
import { mib } from '../support/files/mib.ts'

const root = resolve(import.meta.dirname, '../..')
const missing = lacking('loop', 'sudo', 'pkexec')

let coreos: CoreosMirror
let policy: TemporaryDirectory
let loop: Device
let user: Unprivileged
beforeAll(async () => {
  if (missing !== null) return
  execFileSync('./dev', ['package', '--dir'], { cwd: root, stdio: 'inherit' })
  coreos = await startCoreosMirror({ imageSize: 16 * mib })
  policy = await makeTemporaryDirectory('kindling-policy-')
  await mkdir(policy.path, { recursive: true })
  await chmod(policy.path, 0o755)
  const name = 'org.kindling.Kindling.policy'
  await copyFile(resolve(root, 'assets/linux', name), policy.file(name))
})
afterAll(async () => {
  await coreos?.dispose()
  await policy?.dispose()
})
beforeEach(async (context) => {
  if (missing !== null) return context.skip(missing)
  loop = await makeLoop({ size: 32 * mib })
})
afterEach(async () => {
  await loop?.dispose()
  await user?.dispose()
})

/**
 * Creates a user with these rules who has the installed package but not the sources.
 * @returns the environment
 */
async function install(options: UnprivilegedOptions): Promise<Record<string, string>> {
  const installed = resolve(root, 'dist/linux-unpacked')
  user = await makeUnprivileged({ ...options, installed, withoutSources: true })
  return {
    ...privateDirectories(user.home.path),
    HOME: user.home.path,
    KINDLING_KEYRING: await give('keyring.gpg', coreos.keyringFile),
    KINDLING_STREAM_BASE_URL: coreos.baseUrl,
  }
}

/** Copies a file and gives the copy to the user. */
async function give(name: string, from: string): Promise<string> {
  const path = user.home.file(name)
  await copyFile(from, path)
  execFileSync('chown', ['nobody:', path])
  return path
}

/** Runs the package's command line as a user with these rules. */
async function runInstalled(args: string[], options: UnprivilegedOptions, more: Record<string, string> = {}) {
  const env = await install(options)
  return runKindling(args, {
    as: () => user.command(['/opt/Kindling/kindling', ...args]),
    env: { ...env, ...more },
  })
}

/** polkit allows the action of the package's own policy, and no other. */
const ownAction = (): UnprivilegedOptions => ({
  polkit: 'yes',
  action: 'org.kindling.Kindling.open-drive',
  policies: policy.path,
})

/**
 * Whether the kernel filters a process's system calls (seccomp(2)) and hides other processes from
 * it.
 */
function isSandboxed(pid: number): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return /^Seccomp:\s2$/m.test(status) && readlinkSync(`/proc/${pid}/ns/pid`) !== readlinkSync('/proc/self/ns/pid')
}

test('has the fuses that it was packaged with', async () => {
  const { version: _, ...fuses } = await getCurrentFuseWire(resolve(root, 'dist/linux-unpacked/kindling-window'))
  const on = Object.entries(fuses).flatMap(([fuse, state]) =>
    state === FuseState.ENABLE ? [FuseV1Options[Number(fuse)]] : [],
  )
  expect(on).toEqual([
    'RunAsNode',
    'EnableCookieEncryption',
    'EnableEmbeddedAsarIntegrityValidation',
    'OnlyLoadAppFromAsar',
  ])
})

describe('the packaged app, as somebody without rights', () => {
  test('writes a drive with the rights that the policy of its own names', async () => {
    const args = ['write', '--drive', loop.device, '--yes', '--json']
    const run = await runInstalled(args, ownAction())
    expect(expectDone(run).drive).toMatchObject({ state: 'proved' })
    expect((await readDevice(loop.device, coreos.raw.length)).equals(coreos.raw)).toBe(true)
  })

  // An AppImage cannot be built here. This is the program that it starts, and it must become the
  // helper in the same way.
  test('writes a drive where only the window’s own program can become the helper', async () => {
    const args = ['write', '--drive', loop.device, '--yes', '--json']
    const run = await runInstalled(
      args,
      { sudo: 'without-password' },
      {
        APPIMAGE: '/opt/Kindling/kindling-window',
        APPDIR: '/opt/Kindling',
      },
    )
    expect(expectDone(run).drive).toMatchObject({ state: 'proved' })
  })
})

describe('the packaged window, as somebody without rights', () => {
  testWith(
    ['window'],
    'writes a drive with the rights that the policy of its own names, and its page is in Chromium’s sandbox',
    async () => {
      const env = await install(ownAction())
      const authority = process.env['XAUTHORITY']
      if (authority) env['XAUTHORITY'] = await give('authority', authority)
      const window = await openPackagedWindow(user.command(['/opt/Kindling/kindling-window']), {
        ...process.env,
        ...env,
      })
      const { page } = window
      let zram: Device | undefined
      try {
        const renderers = descendants(window.pid).filter((pid) =>
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer'),
        )
        expect(renderers.map(isSandboxed)).toEqual([true])

        // The list never shows loop devices.
        zram = await makeZram(32 * mib)
        await page.getByTestId('format-raw.xz').click()
        await page.getByTestId(`drive-${zram.device}`).click()
        await page.getByTestId('first-boot-published').click()
        await page.getByTestId('start').click()
        await page.getByTestId('confirm').click()
        await page.getByTestId('receipt').waitFor()
        expect(await page.getByTestId('statement').textContent()).toContain('read every byte back')
        expect((await readDevice(zram.device, coreos.raw4k.length)).equals(coreos.raw4k)).toBe(true)
        await window.picture('packaged-receipt')
      } finally {
        await window.close()
        await zram?.dispose()
      }
    },
  )
})

testWith(
  ['user-namespaces'],
  'kindling gui says why no window opens where programs get no user namespaces',
  async () => {
    const env = await install({})
    const run = await runKindling(['gui'], {
      as: () => withoutNamespaces(user.command(['/opt/Kindling/kindling', 'gui'])),
      env: { ...env, DISPLAY: ':0' },
    })
    expect(run.code).toBe(1)
    const helper = "'/opt/Kindling/chrome-sandbox'"
    expect(run.stderr.replaceAll(/\s+/g, ' ')).toContain(`chown root:root ${helper} && chmod 4755 ${helper}`)
  },
)

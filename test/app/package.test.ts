import { execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { FuseState } from '@electron/fuses/dist/constants.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startCoreosMirror, type CoreosMirror } from '../support/coreos-mirror.ts'
import { makeLoop, type Device } from '../support/devices.ts'
import { expectDone } from '../support/expect-events.ts'
import { privateDirectories } from '../support/private-directories.ts'
import { readDevice } from '../support/read-device.ts'
import { runKindling } from '../support/run-kindling.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts'
import {
  canBeUnprivileged,
  makeUnprivileged,
  type Unprivileged,
  type UnprivilegedOptions,
} from '../support/unprivileged.ts'

const root = resolve(import.meta.dirname, '../..')
const mib = 1024 * 1024
const missing = canBeUnprivileged()

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
}, 300_000)
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

/** Runs the package's command line as a user with these rules, from where a package is installed. */
async function runInstalled(args: string[], options: UnprivilegedOptions, env: Record<string, string> = {}) {
  user = await makeUnprivileged({ ...options, installed: resolve(root, 'dist/linux-unpacked') })
  const keyring = user.home.file('keyring.gpg')
  await copyFile(coreos.keyringFile, keyring)
  return runKindling(args, {
    as: () => user.command(['/opt/Kindling/kindling', ...args]),
    env: {
      ...privateDirectories(user.home.path),
      KINDLING_KEYRING: keyring,
      KINDLING_STREAM_BASE_URL: coreos.baseUrl,
      ...env,
    },
  })
}

it('has the fuses that it was packaged with', async () => {
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
  it('writes a drive with the rights that the policy of its own names', async () => {
    const args = ['write', '--drive', loop.device, '--yes', '--json']
    const run = await runInstalled(args, {
      polkit: 'yes',
      action: 'org.kindling.Kindling.open-drive',
      policies: policy.path,
    })
    expect(expectDone(run).drive).toMatchObject({ state: 'proved' })
    expect((await readDevice(loop.device, coreos.raw.length)).equals(coreos.raw)).toBe(true)
  })

  it('writes a drive with sudo', async () => {
    const run = await runInstalled(['write', '--drive', loop.device, '--yes', '--json'], { sudo: 'without-password' })
    expect(expectDone(run).drive).toMatchObject({ state: 'proved' })
  })

  // An AppImage cannot be made here: this is the program that it starts, which has to become the helper in the same way.
  it('writes a drive where only the window’s own program can become the helper', async () => {
    const args = ['write', '--drive', loop.device, '--yes', '--json']
    const run = await runInstalled(args, { sudo: 'without-password' }, { APPIMAGE: '/opt/Kindling/kindling-window' })
    expect(expectDone(run).drive).toMatchObject({ state: 'proved' })
  })
})

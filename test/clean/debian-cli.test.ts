import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, readFile, rename } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildPackage } from '../support/packages/built-packages.ts'
import { canMakeDebian, makeCleanDebian, type CleanDebian } from '../support/machines/clean-debian.ts'
import { makeLoop } from '../support/drives/devices.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { expectDone } from '../support/expect/expect-events.ts'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { runKindling } from '../support/worlds/run-kindling.ts'
import { mib } from '../support/files/mib.ts'

// The tests form one story, as those of the window's deb. Debian 13 is the first whose Node is new
// enough. They are run by `./dev test-package`.
const missing = canMakeDebian()
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']
const home = '/srv/user'

let debian: CleanDebian
let coreos: CoreosMirror
/** All paths before the deb was installed. */
let before: string[]
beforeAll(async () => {
  if (missing !== null) return
  debian = await makeCleanDebian('trixie')
  const deb = buildPackage('cli-deb', debian.file('srv'))
  coreos = await startCoreosMirror({ imageSize: 16 * mib })
  await rename(deb, debian.file('srv/kindling-cli.deb'))
  await mkdir(debian.file(home))
  await copyFile(coreos.keyringFile, debian.file(`${home}/keyring.asc`))
  debian.run(
    `apt-get update -qq
     apt-get satisfy -qq -y --no-install-recommends "$(dpkg-deb -f /srv/kindling-cli.deb Depends)" >&2
     apt-get install -qq -y --no-install-recommends sudo bash-completion man-db >&2
     echo 'nobody ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/kindling-test
     chown -R 65534:65534 ${home}`,
  )
  before = listFiles()
}, 1_800_000)
afterAll(async () => {
  await debian?.dispose()
  await coreos?.dispose()
})
beforeEach((context) => {
  if (missing !== null) context.skip(missing)
})

/** Lists the files that packages install, without the state of dpkg, apt and running programs. */
function listFiles(): string[] {
  const kept =
    '-path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /srv -o -path /var/cache -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/log'
  return debian.run(`find / \\( ${kept} \\) -prune -o -print`).trim().split('\n').toSorted()
}

const run = (...args: string[]) =>
  runKindling(args, {
    as: () => debian.command([...nobody, 'kindling', ...args]),
    env: {
      ...privateDirectories(home),
      HOME: home,
      // A file of this machine.
      NODE_EXTRA_CA_CERTS: '',
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      KINDLING_KEYRING: `${home}/keyring.asc`,
      KINDLING_STREAM_BASE_URL: coreos.baseUrl,
    },
  })

describe('the deb of the command line in a clean Debian', () => {
  test('is installed with nothing but what it asks for, and brings no desktop', () => {
    debian.run('apt-get install -qq -y --no-install-recommends /srv/kindling-cli.deb >&2')
    expect(debian.run('dpkg --audit; dpkg-query -W -f "\\${Status}" kindling-cli')).toBe('install ok installed')
    expect(debian.run('dpkg-query -W -f "\\${Package}\\n"')).not.toMatch(
      /^(libgtk-3|libnss3|libx11-6|libgbm1|xserver)/m,
    )
    expect(debian.run('ldd /usr/lib/kindling-cli/node_modules/drivelist/build/Release/*.node')).not.toContain(
      'not found',
    )
  })

  test('is known to man and the shell', () => {
    expect(debian.run('man --where kindling')).toBe('/usr/share/man/man1/kindling.1.gz\n')
    const offered = debian.run(
      `bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader kindling; complete -p kindling'`,
    )
    expect(offered).toContain('-F _kindling')
  })

  test('has every command, for somebody without rights', async () => {
    expect((await run('--version')).stdout).toMatch(/\(commit [0-9a-f]{40}(-changed)?, Node v?20\./)
    for (const args of [['streams'], ['list'], ['drives', '--all'], ['cache'], ['--help']])
      expect((await run(...args)).code, args[0]).toBe(0)
    expectDone(await run('download', '-C', home, '--json'))
    expect((await run('gui', '--json')).stdout).toContain('window-failed')
  })

  test('writes a disk-image file and verifies it, with a receipt', async () => {
    execFileSync('truncate', ['--size=24M', debian.file(`${home}/drive.img`)])
    execFileSync('chown', ['65534:65534', debian.file(`${home}/drive.img`)])
    const receipt = expectDone(await run('write', '--drive', `${home}/drive.img`, '--yes', '--json'))
    expect(receipt.drive).toMatchObject({ state: 'proved' })
    expectDone(await run('verify', '--drive', `${home}/drive.img`, '--json'))
    const written = await readFile(debian.file(`${home}/drive.img`))
    expect(written.subarray(0, coreos.raw.length).equals(coreos.raw)).toBe(true)
  })

  test('writes a drive through the helper that has the rights', async () => {
    const loop = await makeLoop({ size: 32 * mib })
    try {
      const receipt = expectDone(await run('write', '--drive', loop.device, '--yes', '--json'))
      expect(receipt.drive).toMatchObject({ state: 'proved' })
      expect((await readDevice(loop.device, coreos.raw.length)).equals(coreos.raw)).toBe(true)
    } finally {
      await loop.dispose()
    }
  })

  test('leaves nothing when it is removed but what is the person’s', () => {
    debian.run('apt-get purge -qq -y kindling-cli >&2')
    expect(listFiles()).toEqual(before)
    expect(debian.run('grep -rli kindling /etc /usr || true')).toBe('')
    expect(debian.run(`ls ${home}/state/kindling`)).toContain('receipts')
  })
})

import { copyFile, mkdir, readFile, rename } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildPackage } from '../support/packages/built-packages.ts'
import { canMakeDebian, makeCleanDebian, type CleanDebian } from '../support/machines/clean-debian.ts'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { makeLoop } from '../support/drives/devices.ts'
import { expectDone } from '../support/expect/expect-events.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { runKindling } from '../support/worlds/run-kindling.ts'
import { sharedFile } from '../support/run/shared.ts'
import { mib } from '../support/files/mib.ts'

// The tests form one story: a Debian is created; Kindling is installed, used and removed. They are
// run by `./dev test-package`.
const missing = canMakeDebian()
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']
const home = '/srv/user'

let debian: CleanDebian
let coreos: CoreosMirror
/** All paths before the deb was installed. */
let before: string[]
beforeAll(async () => {
  if (missing !== null) return
  const keys = sharedFile('fedora-keys')
  debian = await makeCleanDebian()
  const deb = buildPackage('deb', debian.file('srv'), keys === null ? [] : ['--keys', keys])
  coreos = await startCoreosMirror({ imageSize: 16 * mib })
  await rename(deb, debian.file('srv/kindling.deb'))
  await mkdir(debian.file(home))
  await copyFile(coreos.keyringFile, debian.file(`${home}/keyring.asc`))
  // Packages found on other systems, among them those whose caches list new programs, icons and
  // types. Also tools to inspect a window.
  debian.run(
    `apt-get update -qq
     apt-get satisfy -qq -y --no-install-recommends "$(dpkg-deb -f /srv/kindling.deb Depends)" >&2
     apt-get install -qq -y --no-install-recommends sudo desktop-file-utils shared-mime-info gtk-update-icon-cache \\
       hicolor-icon-theme bash-completion man-db xvfb x11-utils >&2
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
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      KINDLING_KEYRING: `${home}/keyring.asc`,
      KINDLING_STREAM_BASE_URL: coreos.baseUrl,
    },
  })

describe('the deb in a clean Debian', () => {
  test('is installed with nothing but what it asks for', () => {
    debian.run('apt-get install -qq -y --no-install-recommends /srv/kindling.deb >&2')
    expect(debian.run('dpkg --audit; dpkg-query -W -f "\\${Status}" kindling')).toBe('install ok installed')
    expect(debian.run('ldd /opt/Kindling/kindling-window /opt/Kindling/*.so*')).not.toContain('not found')
  }, 300_000)

  test('is in the menu, knows its types, and man and the shell know it', () => {
    expect(debian.run('cat /usr/share/applications/mimeinfo.cache')).toContain(
      'application/x-raw-disk-image=org.kindling',
    )
    expect(debian.run('cat /usr/share/mime/globs2')).toContain(':application/x-raw-disk-image:*.raw\n')
    expect(debian.run('man --where kindling')).toBe('/usr/share/man/man1/kindling.1.gz\n')
    const offered = debian.run(
      `bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader kindling; complete -p kindling'`,
    )
    expect(offered).toContain('-F _kindling')
  })

  test('holds the keys of every Fedora that is pinned', async (context) => {
    if (sharedFile('fedora-keys') === null) return context.skip('needs ../shared/fedora-keys')
    const pinned = JSON.parse(await readFile('assets/fedora-signing-keys.json', 'utf8')) as { fingerprint: string }[]
    const script = `const fs = require('fs'); console.log(fs.readdirSync('/opt/Kindling/resources/app.asar/keys').join(' '))`
    const names = debian.run(`ELECTRON_RUN_AS_NODE=1 /opt/Kindling/kindling-window -e "$1"`, script)
    for (const { fingerprint } of pinned) expect(names).toContain(`${fingerprint}.asc`)
  })

  test('has every command, for somebody without rights', async () => {
    expect((await run('--version')).stdout).toMatch(/\(commit [0-9a-f]{40}(-changed)?, Electron /)
    for (const args of [['streams'], ['list'], ['drives', '--all'], ['cache'], ['--help']])
      expect((await run(...args)).code, args[0]).toBe(0)
    expectDone(await run('download', '-C', home, '--json'))
  }, 300_000)

  test('writes a disk-image file and verifies it, with a receipt', async () => {
    execFileSync('truncate', ['--size=24M', debian.file(`${home}/drive.img`)])
    execFileSync('chown', ['65534:65534', debian.file(`${home}/drive.img`)])
    const receipt = expectDone(await run('write', '--drive', `${home}/drive.img`, '--yes', '--json'))
    expect(receipt.drive).toMatchObject({ state: 'proved' })
    expectDone(await run('verify', '--drive', `${home}/drive.img`, '--json'))
    const written = await readFile(debian.file(`${home}/drive.img`))
    expect(written.subarray(0, coreos.raw.length).equals(coreos.raw)).toBe(true)
  }, 300_000)

  test('writes a drive through the helper that has the rights', async () => {
    const loop = await makeLoop({ size: 32 * mib })
    try {
      const receipt = expectDone(await run('write', '--drive', loop.device, '--yes', '--json'))
      expect(receipt.drive).toMatchObject({ state: 'proved' })
      expect((await readDevice(loop.device, coreos.raw.length)).equals(coreos.raw)).toBe(true)
    } finally {
      await loop.dispose()
    }
  }, 300_000)

  test('opens its window, in Chromium’s sandbox, for somebody without rights', () => {
    const seen = debian.run(
      `mkfifo /tmp/display
       Xvfb -displayfd 3 -screen 0 1280x800x24 3>/tmp/display 2>/dev/null &
       read number </tmp/display
       export DISPLAY=:$number HOME=${home} XDG_CONFIG_HOME=${home}/config XDG_CACHE_HOME=${home}/cache XDG_STATE_HOME=${home}/state
       ${nobody.join(' ')} /opt/Kindling/kindling-window >/tmp/said 2>&1 &
       window=$!
       end=$(($(date +%s) + 90))
       seen() { id=$(xwininfo -root -tree | awk '/"Kindling":/ { print $1; exit }') && [ -n "$id" ] && xwininfo -id "$id" | grep IsViewable; }
       until seen; do
         kill -0 $window && [ "$(date +%s)" -lt $end ] || { cat /tmp/said; exit 1; }
       done
       grep -als [t]ype=renderer /proc/[0-9]*/cmdline || true`,
    )
    expect(seen).toContain('IsViewable')
    expect(seen).toContain('/cmdline')
  }, 120_000)

  test('leaves nothing when it is removed but what is the person’s', () => {
    debian.run('apt-get purge -qq -y kindling >&2')
    // dpkg also removes an empty /opt, because no package owns it.
    expect(listFiles()).toEqual(before.filter((path) => path !== '/opt'))
    expect(debian.run('grep -rli kindling /etc /usr /opt || true')).toBe('')
    expect(debian.run(`ls ${home}/state/kindling`)).toContain('receipts')
  }, 120_000)
})

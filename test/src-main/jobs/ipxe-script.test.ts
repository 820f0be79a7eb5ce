import { expect, test } from 'vitest'
import { findBootFiles } from '../../../src-main/jobs/boot-files.ts'
import { writeIpxeScript } from '../../../src-main/jobs/ipxe-script.ts'
import type { NetworkBoot } from '../../../src-main/first-boot/make-network-boot.ts'
import type { Artifact } from '../../../src-shared/artifact.ts'

const part = (name: string, path: string, given: Partial<Artifact> = {}) => ({
  path,
  artifact: {
    ...{ stream: 'stable', architecture: 'x86_64', platform: 'metal', release: '44.20260707.3.1', format: 'pxe', name },
    ...{ location: 'https://a.example/x', signature: null, sha256: '', uncompressedSha256: null },
    ...given,
  },
})

/** Returns the script of these files; null if they are none of a network boot. */
function write(...given: Parameters<typeof findBootFiles>) {
  const files = findBootFiles(...given)
  return files && writeIpxeScript(files)
}

test('a script for iPXE names the files, an address for the root file system, and where the Ignition config is', () => {
  const script = write([part('kernel', '/d/k.x86_64'), part('initramfs', '/d/i.img'), part('rootfs', '/d/r.img')], null)
  expect(script).toEqual({
    name: 'fedora-coreos-44.20260707.3.1-live.x86_64.ipxe',
    text: `#!ipxe
# Fedora CoreOS stable 44.20260707.3.1 x86_64, live from the network.

# Where this script and the files beside it are served, without a slash at its end. Older iPXE does not know cwduri, and the
# system itself fetches over HTTP(S) or TFTP: then write the address here.
set base-url \${cwduri}
isset \${base-url} || echo This iPXE does not know where its script came from: write it into the script, as base-url.
isset \${base-url} || exit 1

# Where the Ignition config of the machine is served. To start without one, remove ignition.config.url below.
set config-url \${base-url}/config.ign

kernel k.x86_64 initrd=main coreos.live.rootfs_url=\${base-url}/r.img ignition.firstboot ignition.platform.id=metal ignition.config.url=\${config-url}
initrd --name main i.img
boot
`,
  })
})

test('names that a mirror chose are no commands', () => {
  const evil = 'x || chain evil.example && # ${ip}'
  const script = write(
    [
      part('kernel', `/d/${evil}`, {
        release: 'a/../b\u0007',
        stream: '\nchain http://evil.example',
        architecture: 'x \\',
      }),
      part('initramfs', '/d/i (1).img'),
    ],
    null,
  )!
  for (const character of ['/', '\\', '\u0007']) expect(script.name).not.toContain(character)
  const commands = script.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(commands.map((line) => line.split(' ')[0])).toEqual([
    'set',
    'isset',
    'isset',
    'set',
    'kernel',
    'initrd',
    'boot',
  ])
  expect(commands[4]).toMatch(/^kernel x%20%7C%7C%20chain%20evil\.example%20%26%26%20%23%20%24%7Bip%7D initrd=main /)
  expect(commands[5]).toBe('initrd --name main i%20%281%29.img')
})

test('what is no network boot gets none', () => {
  expect(write([part('disk', '/d/image.raw.xz')], null)).toBeNull()
  expect(write([part('kernel', '/d/k'), part('rootfs', '/d/r')], null)).toBeNull()
})

const files = [part('kernel', '/d/k'), part('initramfs', '/d/i'), part('rootfs', '/d/r')]
const boot = (given: Partial<NetworkBoot>): NetworkBoot => ({
  initrd: null,
  hasConfig: false,
  kargs: { append: [], delete: [], replace: [] },
  done: null as never,
  ...given,
})
const linesOf = (given: Partial<NetworkBoot>) => write(files, boot(given))!.text.split('\n')

test('a further initrd is loaded after the others, and its config replaces that of the server', () => {
  const lines = linesOf({ initrd: Buffer.from('x'), hasConfig: true })
  expect(lines.slice(-5)).toEqual([
    'kernel k initrd=main initrd=first-boot coreos.live.rootfs_url=${base-url}/r ignition.firstboot ignition.platform.id=metal',
    'initrd --name main i',
    'initrd --name first-boot fedora-coreos-44.20260707.3.1-live-first-boot.x86_64.img',
    'boot',
    '',
  ])
  expect(lines.join('\n')).not.toContain('config-url')
  // Connections alone leave the config to the server.
  const connections = linesOf({ initrd: Buffer.from('x') })
  expect(connections.at(-5)).toMatch(/ ignition\.config\.url=\$\{config-url\}$/)
})

test('kernel arguments are appended, deleted and replaced in the line of the kernel', () => {
  const kargs = {
    append: ['console=ttyS0 a="b c"', 'ignition.config.url=http://a/b?c=$d'],
    delete: ['ignition.firstboot'],
    replace: ['ignition.platform.id=metal=qemu'],
  }
  expect(linesOf({ kargs }).at(-4)).toBe(
    'kernel k initrd=main coreos.live.rootfs_url=${base-url}/r ignition.platform.id=qemu console=ttyS0 a="b c" ignition.config.url=http://a/b?c=$d',
  )
})

test.each([
  ...['a=${ip}', '|| shell', 'a && shell', 'a ; shell', '# a', 'a\\'].map((karg) => ({ append: [karg] })),
  { replace: ['ignition.platform.id=metal=${ip}'] },
])('a kernel argument that iPXE would interpret is refused: %o', (changes) => {
  expect(() => linesOf({ kargs: { append: [], delete: [], replace: [], ...changes } })).toThrow(
    expect.objectContaining({ code: 'usage' }),
  )
})

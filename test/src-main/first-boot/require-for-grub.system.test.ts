import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { requireForGrub } from '../../../src-main/first-boot/require-for-grub.ts'
import { testWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory } from '../../support/files/temporary.ts'

/** Kernel arguments, each with the words that the kernel gets. */
const kept: [karg: string, words: string[]][] = [
  ['console=ttyS0,115200n8', ['console=ttyS0,115200n8']],
  ['a b=c', ['a', 'b=c']],
  ['ip=[fd00::1]::[fd00::2]:64::eth0:none', ['ip=[fd00::1]::[fd00::2]:64::eth0:none']],
  ['a=(b)!*?~%@^,:`', ['a=(b)!*?~%@^,:`']],
  ['a="b c"', ['a=b c']],
  ["a='b;c&d'", ['a=b;c&d']],
  [String.raw`a=b\;c`, ['a=b;c']],
  [String.raw`a="b\"c"`, ['a=b"c']],
  ['a=b#c', ['a=b#c']],
  ['имя=ключ', ['имя=ключ']],
]

/** Arguments after which GRUB reads another command, a comment, or nothing at all. */
const refused = [
  "motd=it's",
  'a="b',
  'ignition.config.url=http://192.0.2.1/a?b&c',
  'a;reboot',
  'a|b',
  'a={b}',
  'a=<b>',
  'a #b',
  'a=b\\',
  'a=$b',
  'a=$',
  'a=$(b)',
  'a="$b"',
]

describe('kernel arguments in a config of GRUB', () => {
  test.each(kept)('may be %s', (karg) => {
    expect(() => requireForGrub([karg])).not.toThrow()
  })

  test('may be a variable of GRUB, such as that of the first boot', () => {
    expect(() => requireForGrub(['$ignition_firstboot'])).not.toThrow()
  })

  test.each(refused)('may not be %s', (karg) => {
    expect(() => requireForGrub(['quiet', karg])).toThrow('GRUB')
  })

  testWith(['command:grub-script-check'], 'are read by GRUB as they are meant', async () => {
    const directory = await makeTemporaryDirectory()
    const file = directory.file('grub.cfg')
    const check = async (karg: string) => {
      await writeFile(file, `menuentry a {\n  linux /vmlinuz ${karg}\n  initrd /initrd\n}\n`)
      execFileSync('grub-script-check', [file], { stdio: 'pipe' })
    }
    try {
      for (const [karg, words] of kept) {
        await check(karg)
        // A shell has the same quotes. It would expand some of the plain characters.
        if (/[(`*?]/.test(karg)) continue
        const script = `set -f; linux() { printf '%s\\n' "$@"; }; linux ${karg}`
        expect(execFileSync('sh', ['-c', script]).toString().trim().split('\n')).toEqual(words)
      }
      await expect(check("motd=it's")).rejects.toThrow('grub-script-check')
    } finally {
      await directory.dispose()
    }
  })
})

import { expect, test } from 'vitest'
import { whyNoSandbox } from '../../../../src-main/hosts/cli/why-no-sandbox.ts'

const program = '/home/me/kindling/kindling-window'
const why = (hasNamespaces: boolean, helper: { uid: number; mode: number } | null) =>
  whyNoSandbox(program, {
    hasNamespaces: () => hasNamespaces,
    inspect: (file) => (file === '/home/me/kindling/chrome-sandbox' ? helper : null),
  })

test('the window needs user namespaces, or the helper of a package', () => {
  expect(why(true, { uid: 1000, mode: 0o100755 })).toBeNull()
  expect(why(false, { uid: 0, mode: 0o104755 })).toBeNull()
  // An AppImage and a development build have no helper: their window says it itself.
  expect(why(false, null)).toBeNull()
})

test.each([
  ['belongs to a user', { uid: 1000, mode: 0o104755 }],
  ['is not setuid', { uid: 0, mode: 0o100755 }],
  ['may be run by root alone', { uid: 0, mode: 0o104700 }],
])('a helper that %s does not help, and the reason says how to mend it', (_, helper) => {
  const reason = why(false, helper)
  expect(reason).toContain("chown root:root '/home/me/kindling/chrome-sandbox'")
  expect(reason).toContain('Or install the deb or the rpm')
})

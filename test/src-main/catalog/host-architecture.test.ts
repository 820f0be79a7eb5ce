import { expect, test } from 'vitest'
import { hostArchitecture } from '../../../src-main/catalog/host-architecture.ts'

test.each([
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['ppc64', 'ppc64le'],
  ['s390x', 's390x'],
  ['riscv64', 'riscv64'],
  ['constructor', 'constructor'],
])('what Node calls %s is %s for Fedora', (node, fedora) => expect(hostArchitecture(node)).toBe(fedora))

test('without a name it is the architecture of this machine', () =>
  expect(hostArchitecture()).toBe(hostArchitecture(process.arch)))

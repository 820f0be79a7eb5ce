import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

test('the tests run on the Node that ./dev was asked for', () => {
  const [major] = process.versions.node.split('.')
  expect(process.env['KINDLING_TEST_NODE'] ?? major).toBe(major)
})

test.skipIf(process.platform !== 'linux')(
  'test processes ask for huge pages, and programs they start do not',
  async () => {
    // The environment that this process was started with.
    const atStart = (await readFile('/proc/self/environ', 'utf8')).split('\0')
    expect(atStart).toContain('GLIBC_TUNABLES=glibc.malloc.hugetlb=1')
    expect(process.env['GLIBC_TUNABLES']).toBeUndefined()
  },
)

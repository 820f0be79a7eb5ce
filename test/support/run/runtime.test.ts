import { expect, test } from 'vitest'

test('the tests run on the Node that ./dev was asked for', () => {
  const [major] = process.versions.node.split('.')
  expect(process.env['KINDLING_TEST_NODE'] ?? major).toBe(major)
})

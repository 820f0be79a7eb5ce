import { expect, test } from 'vitest'
import { runTool } from '../../../src-main/drives/run-tool.ts'

test('arguments reach the program as they are, without a shell', async () => {
  expect(await runTool('printf', '%s|', 'a b', '$HOME', '; exit 1', '`id`')).toBe('a b|$HOME|; exit 1|`id`|')
})

test('a failure says what the program said last', async () => {
  await expect(runTool('ls', '/nowhere/at/all')).rejects.toThrow(/cannot access '\/nowhere\/at\/all'/)
})

test('a program that is not installed is told apart', async () => {
  await expect(runTool('kindling-has-no-such-program')).rejects.toMatchObject({ code: 'ENOENT' })
})

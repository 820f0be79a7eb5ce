import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

// The style of comments that CONTRIBUTING.md describes, as far as a program can tell.
const root = resolve(import.meta.dirname, '..')
const folders = ['src-main', 'src-renderer', 'src-shared', 'src-wasm', 'packaging', 'test']
const mostColumns = 100

interface CommentLine {
  /** File and line number. */
  place: string
  text: string
  columns: number
}

const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte|mjs)$/.test(name))
    .map((name) => join(folder, name)),
)

/** Returns the lines that begin with a comment or lie inside of one. */
function readComments(file: string): CommentLine[] {
  let inBlock = false
  return readFileSync(join(root, file), 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const text = line.trim()
      const isComment = inBlock || /^(\/\*|<!--|\/\/)/.test(text)
      if (inBlock || /^(\/\*|<!--)/.test(text)) inBlock = !/\*\/|-->/.test(text)
      return isComment ? [{ place: `${file}:${index + 1}`, text, columns: line.length }] : []
    })
}

const comments = files.flatMap(readComments)
const share = (word: RegExp) => comments.filter(({ text }) => word.test(text)).length / comments.length

test('comments are read from all sources', () => {
  expect(comments.length).toBeGreaterThan(5000)
})

test('no comment is wider than 100 columns, unless an address makes it so', () => {
  const wide = comments.filter(({ columns, text }) => columns > mostColumns && !/https?:\/\/\S{40}/.test(text))
  expect(wide.map(({ place }) => place)).toEqual([])
})

test('no comment begins with a pronoun in place of its subject', () => {
  const vague = /^(\/\*\*|\/\/|\*|<!--)\s*(what|whoever|whatever|nobody|somebody|anybody|everybody)\b/i
  const opening = comments.filter(({ text }) => vague.test(text) && !text.startsWith('*'))
  expect(opening.map(({ place }) => place)).toEqual([])
})

test('few comments use a pronoun where a noun is known', () => {
  expect(share(/\b(what|whatever)\b/i)).toBeLessThanOrEqual(0.02)
  expect(share(/\b(nobody|somebody|whoever|whatever|anybody|everybody)\b/i)).toBeLessThanOrEqual(0.002)
})

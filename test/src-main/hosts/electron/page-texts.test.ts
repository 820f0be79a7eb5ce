import { expect, test } from 'vitest'
import { z } from 'zod'
import { contract } from '../../../../src-shared/api.ts'
import { windowContract } from '../../../../src-shared/window-api.ts'

/** Returns the paths of all text fields of a schema. */
function textsOf(schema: unknown, path: string): string[] {
  const { type, properties, items, anyOf, oneOf, enum: choices, const: fixed } = schema as Record<string, unknown>
  if (choices !== undefined || fixed !== undefined) return []
  if (type === 'string') return [path]
  const parts = Object.entries((properties ?? {}) as object).map(([name, part]) => [part, `${path}.${name}`] as const)
  const choice = ((anyOf ?? oneOf ?? []) as unknown[]).map((part) => [part, path] as const)
  return [...parts, ...choice, ...(items ? [[items, path] as const] : [])].flatMap(([part, at]) => textsOf(part, at))
}

const textsOfCalls = (calls: Record<string, z.ZodType>) =>
  Object.entries(calls).flatMap(([name, schema]) => textsOf(z.toJSONSchema(schema, { io: 'input' }), name))

test('every text that the page may pass is either guarded or means nothing outside of the core', () => {
  const guarded =
    /\.(path|url|signature|keyring|streamBaseUrl|directory|output|drive|cacheDirectory|sha256|checksumFile|receipt)$|\.(identity|firstBoot)\./
  // Names within a stream, the name of a drive typed by the user, and the id of a job. Doubts and
  // host names are listed in SECURITY.md.
  const harmless = /\.(stream|architecture|platform|format|release|label|confirmed|hostname|acceptedDoubts|id)$/
  const texts = textsOfCalls(contract)
  expect(texts.length).toBeGreaterThan(30)
  expect(texts.filter((text) => !guarded.test(text) && !harmless.test(text))).toEqual([])
})

test('every text that the page may pass to the window is guarded, or leaves it only by the user’s choice', () => {
  const guarded = [
    // By `guardAnswers`.
    /^saveProfile\.answers\./,
    // By the grants.
    /^showFile\.path$/,
  ]
  const harmless = [
    // Read, and returned to the page.
    /^(readSshKeys|readAddress)\.text$/,
    /^hashPassword\.password$/,
    /^makeIgnition\./,
    // Content of a file whose path the user chooses, or part of the suggested name.
    /^(saveIgnition|saveReceipt)\./,
    /^chooseImageFile\.drive$/,
    // Put on the clipboard.
    /^(copyText|copyReport)\.text$/,
    // Names of profiles, and the id of a job.
    /^(saveProfile|deleteProfile)\.name$/,
    /^renameProfile\.(from|to)$/,
    // Compared with the setups that are kept.
    /^deleteEarlierAnswers\./,
    /^copyReport\.job$/,
  ]
  const texts = textsOfCalls(windowContract)
  expect(texts.length).toBeGreaterThan(30)
  expect(texts.filter((text) => ![...guarded, ...harmless].some((each) => each.test(text)))).toEqual([])
})

import { IntlMessageFormat } from 'intl-messageformat'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse as parseComponent } from 'svelte/compiler'
import { afterEach, describe, expect, test } from 'vitest'
import { knownStreams } from '../../../src-main/catalog/known-streams.ts'
import { failureCatalog } from '../../../src-shared/failure-catalog.ts'
import { resolveLanguage } from '../../../src-shared/language.ts'
import { catalogs, findWords, t } from '../../../src-renderer/words/index.ts'
import { language } from '../../../src-renderer/words/language.svelte.ts'
import { formatAgo, formatBytes, formatEta, formatExactBytes, formatRate } from '../../../src-renderer/words/units.ts'
import { describeFailure } from '../../../src-renderer/words/describe-failure.ts'
import { describeWarning } from '../../../src-renderer/words/describe-statement.ts'
import { phrases } from '../../../src-shared/phrase-texts.ts'
import { say, type Value } from '../../../src-shared/phrases.ts'

type MessageFormatElement = ReturnType<IntlMessageFormat['getAst']>[number]

const parse = (text: string) => new IntlMessageFormat(text, 'en', {}, { ignoreTag: true }).getAst()
const root = resolve(import.meta.dirname, '../../..')
const filesIn = (folder: string, ending: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }))
const { en, ru } = catalogs

afterEach(() => void (language.current = 'en'))

describe('the catalogs', () => {
  test('every key has words in every language, and no language has others', () => {
    expect([...ru.keys()].toSorted()).toEqual([...en.keys()].toSorted())
    for (const [key, text] of [...en, ...ru]) expect(text.trim(), key).not.toBe('')
  })

  test('every failure has a title, an explanation and advice in every language', () => {
    for (const code of Object.keys(failureCatalog))
      for (const part of ['title', 'explanation', 'advice'])
        for (const catalog of [en, ru]) expect(catalog.get(`failures.${code}.${part}`), `${code} ${part}`).toBeTruthy()
  })

  test('every stream that Fedora publishes has its meaning in every language', () => {
    for (const stream of knownStreams)
      for (const catalog of [en, ru]) expect(catalog.get(`image.streams.${stream}`), stream).toBeTruthy()
  })

  test('every text is a message, and names no value that the English one does not', () => {
    for (const [key, text] of ru) {
      // A failure has the details of its title and advice, and each of its texts may use all of
      // them.
      const [, failure] = /^(failures\..*)\.(?:title|explanation|advice)$/.exec(key) ?? []
      const english = failure ? `${en.get(`${failure}.title`)} ${en.get(`${failure}.advice`)}` : en.get(key)!
      const known = valuesIn(parse(english))
      expect(
        [...valuesIn(parse(text))].filter((name) => !known.has(name)),
        key,
      ).toEqual([])
    }
  })

  test('what is Russian is written in Russian', () => {
    const alike =
      /^(app\.name|modes\.key|identify\.proved|sentence\.stream|image\.(urlExample|sha256|kinds\.stream)|job\.proofNames\.sha256|result\.(version|now\.sshName)|settings\.languages\.en)$/
    const foreign = ([, text]: [string, string]) =>
      !/[а-яё]/i.test(text) && /\p{L}/u.test(text.replaceAll(/\{\w+\}/g, ''))
    expect([...ru].filter(foreign).flatMap(([key]) => (alike.test(key) ? [] : [key]))).toEqual([])
  })

  test('every plural in Russian has the forms that Russian counts with', () => {
    for (const [key, text] of ru)
      for (const options of pluralsIn(parse(text)))
        if (options.length > 1 && !/до \{|около/.test(text))
          expect(options.toSorted(), key).toEqual(['few', 'many', 'one', 'other'])
  })

  test('bytes are counted in Russian, but after a word that has them in one form', () => {
    const uncounted = [...ru].filter(([, text]) => /(?<!(по|из) )\{\w+\} байт/.test(text))
    expect(uncounted).toEqual([])
  })

  test('no exclamation marks', () => {
    expect([...en, ...ru].filter(([, text]) => text.includes('!'))).toEqual([])
  })
})

describe('the sources', () => {
  const sources = filesIn('src-renderer', /\.(svelte|ts)$/).filter(({ name }) => !/words\/(en|ru)\//.test(name))
  const components = sources.filter(({ name }) => name.endsWith('.svelte'))

  test('every key is used', () => {
    const all = sources.map(({ text }) => text).join('\n')
    const quoted = new Set(Array.from(all.matchAll(/'([a-z]\w*(?:\.[\w-]+)+)'/gi), ([, key]) => key))
    /** Keys from templates, such as `start.${mode}`. */
    const patterns = Array.from(
      all.matchAll(/`([a-z]+\.[^`]*\$\{[^`]*)`/g),
      ([, key]) =>
        new RegExp(
          `^${key!
            .split(/\$\{[^}]*\}/)
            .map((part) => part.replaceAll('.', '\\.'))
            .join('[^ ]+')}$`,
        ),
    )
    const ofWindow = [...en.keys()].filter((key) => !key.startsWith('phrases.'))
    expect(ofWindow.filter((key) => !quoted.has(key) && !patterns.some((pattern) => pattern.test(key)))).toEqual([])
  })

  test('every phrase is said by the core', () => {
    const core = ['src-main', 'src-shared']
      .flatMap((folder) => filesIn(folder, /\.ts$/))
      .filter(({ name }) => !name.endsWith('/phrase-texts.ts'))
      .map(({ text }) => text)
      .join('\n')
    // `${type}-on` is said of each type of layer.
    const said = (code: string) => core.includes(`'${code}'`) || core.includes(`'${code.replace(/-on$/, '')}'`)
    expect(Object.keys(phrases).filter((code) => !said(code))).toEqual([])
  })

  test('every warning of the core has words', () => {
    const warned = filesIn('src-main', /\.ts$/).flatMap(({ text }) =>
      Array.from(text.matchAll(/\.warn\(\s*'([\w-]+)'/g), ([, code]) => code!),
    )
    expect(warned.length).toBeGreaterThan(8)
    expect(warned.filter((code) => !en.has(`warnings.${code}`))).toEqual([])
  })

  test('no component has text of its own', () => {
    expect(components.length).toBeGreaterThan(20)
    expect(components.flatMap(({ name, text }) => textsIn(text).map((found) => `${name}: ${found}`))).toEqual([])
  })

  test('text in a component is found, in its markup and in what a screen reader says', () => {
    const sample = `<script>const a = 'Not this'</script><p class="x">Hello {name}</p>
      <button aria-label="Close" title={t('a.b')}>{open ? 'Shut' : t('a.c')}</button><!-- not this -->`
    expect(textsIn(sample)).toEqual(['Hello', 'Close', 'Shut'])
  })
})

describe('words', () => {
  test('a language of the system is followed where Kindling speaks it', () => {
    expect(resolveLanguage('system', ['ru-RU', 'en-US'])).toBe('ru')
    expect(resolveLanguage('system', ['de-DE', 'ru'])).toBe('ru')
    expect(resolveLanguage('system', ['de-DE'])).toBe('en')
    expect(resolveLanguage('en', ['ru-RU'])).toBe('en')
  })

  test('numbers, units and times are written as Russian writes them', () => {
    language.current = 'ru'
    expect(formatBytes(2_684_354_560)).toBe('2,68 ГБ')
    expect(formatRate(18_440_000)).toBe('18,4 МБ/с')
    expect(formatExactBytes(2_684_354_563)).toMatch(/ байта$/)
    expect([3, 30, 60, 170, 3600, 5400].map(formatEta)).toEqual([
      'несколько секунд',
      'около 30 секунд',
      'около минуты',
      'около 3 минут',
      'около часа',
      'около 1½ часа',
    ])
    expect(formatAgo(12 * 86_400)).toBe('12 дней назад')
  })

  test('Russian counts by one, few and many', () => {
    language.current = 'ru'
    const count = (n: number) => t('drives.moreContents', { count: n })
    expect([1, 3, 5, 21, 12].map(count)).toEqual([
      'и ещё 1 раздел',
      'и ещё 3 раздела',
      'и ещё 5 разделов',
      'и ещё 21 раздел',
      'и ещё 12 разделов',
    ])
  })

  test('a failure counts the bytes that it names', () => {
    const failure = { code: 'image-size-differs', title: '', advice: '', driveState: null } as const
    const titleOf = (actual: number) => describeFailure({ ...failure, details: { actual, expected: 64 } }).title
    expect([1, 2].map(titleOf)).toEqual([
      'The image has 1 byte instead of the expected 64',
      'The image has 2 bytes instead of the expected 64',
    ])
    language.current = 'ru'
    expect([21, 22, 25].map(titleOf)).toEqual([
      'В образе 21 байт, а объявлено 64',
      'В образе 22 байта, а объявлено 64',
      'В образе 25 байт, а объявлено 64',
    ])
  })

  test('a failure shows a number of bytes as a size, also next to a phrase with one', () => {
    const failure = { code: 'drive-too-small', title: '', advice: '', driveState: null } as const
    const titleOf = (needed: Value) =>
      describeFailure({ ...failure, details: { drive: '/dev/sdb', available: 4e9, needed, missing: 512 } }).title
    const atLeast = say('at-least', { bytes: 8_100_000_000 })
    expect(titleOf(8e9)).toBe('/dev/sdb is too small: it has 4 GB, the image needs 8 GB (512 B more)')
    expect(titleOf(atLeast)).toContain('the image needs at least 8.1 GB')
    language.current = 'ru'
    expect(titleOf(8e9)).toBe('/dev/sdb слишком мал: 4 ГБ, а образу нужно 8 ГБ (не хватает 512 Б)')
    expect(titleOf(atLeast)).toContain('образу нужно не меньше 8,1 ГБ')
  })

  test('what is tried again is the attempt, and not the failure', () => {
    language.current = 'ru'
    const details = { operation: 'write', offset: 7, reason: 'EIO', tries: 3 }
    expect(describeWarning({ code: 'drive-retried', message: '', details })).toMatch(
      /После каждого сбоя попытка .* до 3 раз\.$/,
    )
  })

  test('names no flag and no command of the command line', () => {
    for (const [key, text] of [...catalogs.en, ...catalogs.ru])
      expect(text, key).not.toMatch(/--|(^|[\s(«“])-[a-z]|`|\bsudo\b/)
  })

  test('a failure whose details are missing is told as it came', () => {
    language.current = 'ru'
    const failure = { code: 'drive-gone', title: 'x disappeared', advice: 'y', driveState: null, details: {} } as const
    expect(describeFailure({ ...failure, details: { drive: '/dev/sdb' } }).title).toBe('/dev/sdb отключился')
    expect(describeFailure(failure).title).toBe('x disappeared')
  })

  test('a warning of an old receipt says what it said', () => {
    language.current = 'ru'
    const message = 'The drive has not answered for 10 s. Kindling continues when it does.'
    expect(describeWarning({ code: 'drive-stalled', message, details: {} })).toBe(message)
    expect(describeWarning({ code: 'drive-stalled', message, details: { seconds: 10 } })).toContain('уже 10 с')
    expect(findWords('warnings.of-tomorrow')).toBeNull()
  })
})

function walk(elements: MessageFormatElement[], see: (element: MessageFormatElement) => void): void {
  for (const element of elements) {
    see(element)
    if ('options' in element && element.options)
      for (const { value } of Object.values(element.options)) walk(value, see)
  }
}

function valuesIn(elements: MessageFormatElement[]): Set<string> {
  const found = new Set<string>()
  // Type 0 is literal text, type 7 the # of a plural.
  walk(elements, (element) => element.type !== 0 && element.type !== 7 && found.add(element.value))
  return found
}

function pluralsIn(elements: MessageFormatElement[]): string[][] {
  const found: string[][] = []
  walk(elements, (element) => element.type === 6 && found.push(Object.keys(element.options)))
  return found
}

/**
 * Returns the words in a component itself: in its markup, in attributes for screen readers, and in
 * literals of expressions.
 */
function textsIn(component: string): string[] {
  const found: string[] = []
  const letters = /\p{L}{2,}/u
  const spoken = ['aria-label', 'title', 'placeholder', 'alt', 'label', 'hint']
  const see = (text: string) => letters.test(text) && found.push(text.trim())
  visit(parseComponent(component, { modern: true }).fragment)
  return found

  function visit(node: unknown): void {
    if (Array.isArray(node)) return node.forEach(visit)
    if (typeof node !== 'object' || node === null || !('type' in node)) return
    const { type, name, value, expression, data } = node as Record<string, unknown>
    if (type === 'Text') return void see(String(data))
    if (type === 'ExpressionTag') return visitExpression(expression)
    if (type === 'Attribute') return spoken.includes(String(name)) ? visit(value) : undefined
    for (const inner of Object.values(node)) if (typeof inner === 'object') visit(inner)
  }

  /**
   * Visits the possible values of an expression: a literal, or each side of a choice. Arguments of
   * calls are keys.
   */
  function visitExpression(node: unknown): void {
    if (typeof node !== 'object' || node === null) return
    const { type, value, consequent, alternate, left, right } = node as Record<string, unknown>
    if (type === 'Literal' && typeof value === 'string') see(value)
    if (type === 'ConditionalExpression') [consequent, alternate].forEach(visitExpression)
    if (type === 'LogicalExpression') [left, right].forEach(visitExpression)
  }
}

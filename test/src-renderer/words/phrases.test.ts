import { readdirSync, readFileSync } from 'node:fs'
import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failureCatalog, type FailureCode } from '../../../src-shared/failure-catalog.ts'
import { KindlingError, reasonOf, toFailure } from '../../../src-shared/failure.ts'
import { phrases, type PhraseCode } from '../../../src-shared/phrase-texts.ts'
import { checkConfig } from '../../../src-main/ignition/check-config.ts'
import { refuseConfig } from '../../../src-main/ignition/refuse-config.ts'
import { say, type Phrase } from '../../../src-shared/phrases.ts'
import { catalogs, findWords } from '../../../src-renderer/words/index.ts'
import { language } from '../../../src-renderer/words/language.svelte.ts'
import { describeDetails, describeReason } from '../../../src-renderer/words/describe-details.ts'
import { describeFailure } from '../../../src-renderer/words/describe-failure.ts'
import { describeWarning } from '../../../src-renderer/words/describe-statement.ts'
import { findEnglish, findEnglishOf } from '../../support/window/find-english.ts'

const root = resolve(import.meta.dirname, '../../..')

beforeEach(() => void (language.current = 'ru'))
afterEach(() => void (language.current = 'en'))

const namesIn = (text: string) => Array.from(text.matchAll(/\{(\w+)[,}]/g), ([, name]) => name!)
const isNumber = (name: string, text: string) =>
  /count|most|size|limit|bytes/.test(name) || new RegExp(`\\{${name}, (plural|size)`).test(text)
/**
 * Returns a value for each name of a text: a number for names of counts and sizes, otherwise a
 * path.
 */
const sample = (text: string) =>
  Object.fromEntries(namesIn(text).map((name, index) => [name, isNumber(name, text) ? 7 + index : `/dev/x${index}`]))
const sayAny = say as unknown as (code: PhraseCode, values: Record<string, string | number>) => Phrase

describe('a phrase of the core', () => {
  test.each(Object.entries(phrases) as [PhraseCode, string][])('%s has words, and they are Russian', (code, text) => {
    const values = sample(text)
    const phrase = sayAny(code, values)
    const worded = describeReason(phrase)
    expect(worded).toBe(findWords(`phrases.${code}`, values))
    expect(findEnglish(worded)).toEqual([])
    language.current = 'en'
    expect(describeReason(phrase)).toBe(String(phrase))
  })

  test('is worded with the phrases and the failures within it', () => {
    const reason = say('not-powered-off', { device: '/dev/sdb', reason: say('not-there') })
    expect(describeReason(reason)).toBe('/dev/sdb: он не существует')
    const inner = new KindlingError('network-unreachable', { host: 'a.example', reason: say('not-asked') })
    const warning = { code: 'stream-unasked', message: '', details: { stream: 'next', reason: reasonOf(inner) } }
    expect(describeWarning(warning)).toBe('Поток next не опрошен: Нет связи с a.example: запроса к серверу не было')
  })

  test('names the defects of a refused config, and their place', () => {
    const problems = checkConfig(Buffer.from('{"ignition":{"version":"9.0.0"}}'), null).problems
    const twice = structuredClone(toFailure(refuseConfig('a.ign', [...problems, ...problems])))
    expect(describeFailure(twice).title).toMatch(/строка 1, столбец \d+: Версии "9.0.0" в Ignition нет/)
    expect(describeFailure(twice).title).toContain('(ошибок: 2)')
    expect(JSON.parse(JSON.stringify(toFailure(refuseConfig('a.ign', problems)))).details.problems).toMatch(
      /^line 1, column \d+: Ignition does not know the version "9.0.0"/,
    )
  })

  test('keeps its words as a clone, and renders in English in JSON', () => {
    const failure = toFailure(new KindlingError('drive-system', { drive: '/dev/sda', reason: say('built-in') }))
    const clone = structuredClone(failure)
    expect(describeFailure(clone).title).toBe(describeFailure(failure).title)
    expect(JSON.parse(JSON.stringify(failure))).toMatchObject({ details: { reason: 'it is built in' } })
  })

  test('a name that reads like a phrase stays a name', () => {
    const details = { path: 'swap', name: 'missing', kind: 'it is empty' }
    expect(describeDetails(details)).toEqual(details)
  })

  test('what nobody has words for is quoted, and paths are not', () => {
    expect(describeReason('something broke in the machine')).toBe('«something broke in the machine»')
    expect(describeReason('/var/home')).toBe('/var/home')
  })
})

describe('what the system says', () => {
  async function readStart(path: string): Promise<unknown> {
    const file = await open(path, 'r')
    return file.read(Buffer.alloc(8), 0, 8, 0).finally(() => file.close())
  }
  const said = async (act: () => Promise<unknown>) =>
    act().then(
      () => expect.unreachable('it should have failed'),
      (error: unknown) => reasonOf(error),
    )

  test('has words: of files and folders', async () => {
    expect(describeReason(await said(() => readFile('/nowhere/at all')))).toBe('не существует')
    expect(describeReason(await said(() => readFile('/')))).toBe('это папка')
    expect(describeReason(await said(() => readdir('/etc/hostname')))).toBe('часть пути — не папка')
    expect(describeReason(await said(() => writeFile('/dev/full', 'x')))).toBe('не осталось места')
    expect(describeReason(await said(() => readStart('/proc/self/mem')))).toBe('устройство сообщает об ошибке')
  })

  test('has words: of servers', async () => {
    const refused = async () => {
      const socket = connect(9, '127.0.0.1')
      const [error] = (await once(socket, 'error')) as [Error]
      throw error
    }
    expect(describeReason(await said(refused))).toBe('в соединении отказано')
    expect(describeReason('getaddrinfo ENOTFOUND nowhere.invalid')).toBe('сервер с таким именем не найден')
    expect(describeReason('Headers Timeout Error')).toBe('время ожидания истекло')
    expect(describeReason('other side closed')).toBe('соединение оборвалось')
    expect(describeReason('self-signed certificate')).toBe('его сертификат недействителен')
  })
})

describe('no sentence of the Russian window is English', () => {
  test('in its own words', () => {
    for (const [key, text] of catalogs.ru) expect(findEnglish(text.replaceAll(/\{[^{}]*\}/g, '…')), key).toEqual([])
  })

  test.each(Object.keys(failureCatalog) as FailureCode[])('in the failure %s, whatever its reason', (code) => {
    const { title, advice } = failureCatalog[code]
    const details = { ...sample(`${title} ${advice}`) }
    const reasons = namesIn(title).includes('reason') ? (Object.keys(phrases) as PhraseCode[]) : []
    for (const reason of [
      ...reasons.map((each) => sayAny(each, sample(phrases[each]))),
      'EIO: i/o error, read',
      'it broke',
    ])
      expect(findEnglishOf(toFailure(KindlingError.revive({ code, details: { ...details, reason } })))).toEqual([])
  })
})

describe('the core', () => {
  /** Details that are sentences or parts of sentences. */
  const worded = new Set(['reason', 'kind', 'feature', 'users', 'status', 'place', 'wanted', 'needed', 'date'])
  const files = readdirSync(join(root, 'src-main'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/^hosts|^log/.test(name))
    .map((name) => ({ name, text: readFileSync(join(root, 'src-main', name), 'utf8') }))

  interface Detail {
    detail: string
    value: ts.Node
    place: string
    warns: boolean
  }

  /** Finds all calls that pass details, and each property of the details. */
  function findDetails(name: string, text: string): Detail[] {
    const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true)
    const found: Detail[] = []
    const visit = (node: ts.Node): void => {
      const called =
        (ts.isNewExpression(node) && node.expression.getText() === 'KindlingError') ||
        (ts.isCallExpression(node) && /(^|\.)(refuse|warn)$/.test(node.expression.getText()))
      if (called)
        for (const given of (node as ts.NewExpression | ts.CallExpression).arguments ?? [])
          if (ts.isObjectLiteralExpression(given))
            for (const property of given.properties) {
              const detail = property.name?.getText().replaceAll("'", '')
              const value = ts.isPropertyAssignment(property) ? property.initializer : property
              const { line } = source.getLineAndCharacterOfPosition(property.getStart())
              if (detail !== undefined && detail !== 'cause')
                found.push({
                  detail,
                  value,
                  place: `${name}:${line + 1}`,
                  warns: /(^|\.)warn$/.test(node.expression.getText()),
                })
            }
      ts.forEachChild(node, visit)
    }
    visit(source)
    return found
  }
  const details = files.flatMap(({ name, text }) => findDetails(name, text))

  test('says no sentence in a detail but by a phrase', () => {
    expect(details.length).toBeGreaterThan(100)
    const isSentence = (node: ts.Node): boolean =>
      ts.isStringLiteralLike(node)
        ? / /.test(node.text)
        : ts.isTemplateExpression(node)
          ? / /.test(node.head.text + node.templateSpans.map(({ literal }) => literal.text).join(''))
          : ts.isConditionalExpression(node)
            ? isSentence(node.whenTrue) || isSentence(node.whenFalse)
            : ts.isArrayLiteralExpression(node) && node.elements.some(isSentence)
    const sentences = details.filter(({ detail, value }) => worded.has(detail) && isSentence(value))
    expect(sentences.map(({ place, value }) => `${place} ${value.getText()}`)).toEqual([])
  })

  test('gives no detail that has no name in the window', () => {
    const nameless = details.filter(({ detail, warns }) => !warns && !catalogs.ru.has(`details.${detail}`))
    expect(nameless.map(({ place, detail }) => `${place} ${detail}`)).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import { KindlingError, reasonOf, toFailure } from '../../src-shared/failure.ts'
import { distinct, fromMessage, PhraseError, revivePhrases, say, toMessage } from '../../src-shared/phrases.ts'

describe('a phrase', () => {
  const phrase = say('used-by', { users: [say('a-process', { program: 'dd', id: 7 }), 'a text'] })
  const english = 'it is in use by dd (process 7), a text'

  test('renders in English in a text and in JSON, with the phrases in it', () => {
    expect(`${String(phrase)}`).toBe(english)
    expect(JSON.stringify({ phrase })).toBe(JSON.stringify({ phrase: english }))
  })

  test('renders again after it was sent as data, and an unknown one shows its key', () => {
    const sent = JSON.parse(JSON.stringify(structuredClone({ phrase }))) as { phrase: typeof phrase }
    expect(String(revivePhrases(sent)['phrase'])).toBe(english)
    expect(String(revivePhrases({ it: { key: 'phrases.toString', values: {} } })['it'])).toBe('phrases.toString')
  })

  test('passes through the message of a schema, and through an error without its causes', () => {
    expect(String(fromMessage(toMessage(say('too-many-levels', { most: 3 }))))).toBe('nested deeper than 3 levels')
    expect(fromMessage('of the schema itself')).toBe('of the schema itself')
    const error = new PhraseError(say('not-there'), { cause: new Error('ENOENT') })
    expect(reasonOf(error)).toBe(error.phrase)
    expect(String(reasonOf(new Error('it broke', { cause: error })))).toContain(String(error.phrase))
  })

  test('has its invisible characters shown in a failure', () => {
    const reason = say('mounted-at', { place: '/mnt/\u202egpj' })
    const { title } = toFailure(new KindlingError('drive-system', { drive: '/dev/sda', reason }))
    expect(title).toContain('/mnt/\\u{202e}gpj')
  })

  test('is kept once, where it stands first', () => {
    const [one, other] = [say('swap'), say('kindling-itself')]
    expect(distinct([one, other, 'text', say('swap'), 'text']).map(String)).toEqual([one, other, 'text'].map(String))
  })
})

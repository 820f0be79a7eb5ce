const space = /[ \t\n\r]*/y
const scalar = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
// RFC 8259, section 7: unescaped = %x20-21 / %x23-5B / %x5D-10FFFF
const plainCharacters = /[\x20\x21\x23-\x5b\x5d-\uffff]*/y
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/**
 * The tokens allowed next. In an array or object that was just opened ("first"), its end is also
 * allowed.
 */
type Expected = 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'comma' | 'end'

/**
 * Finds the first syntax error in a JSON text (RFC 8259). Returns the offset of the first invalid
 * character, or the length of the text if it ends too early. Returns null if the text is valid.
 * `JSON.parse` reports the offset only in some of its messages, which differ between versions of
 * Node.
 */
export function findSyntaxError(text: string): number | null {
  let at = 0
  const closers: ('}' | ']')[] = []
  let expected: Expected = 'value'

  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }
  /** Skips a string. If it is invalid, `at` is left at the error. */
  const skipString = (): boolean => {
    at++
    do skip(plainCharacters)
    while (skip(escape))
    if (text[at] !== '"') return false
    at++
    return true
  }
  const afterValue = (): Expected => (closers.length === 0 ? 'end' : 'comma')

  for (;;) {
    skip(space)
    const character = text[at]
    if (character === undefined) return expected === 'end' ? null : at
    if (character === closers.at(-1) && (expected === 'comma' || expected.startsWith('first'))) {
      at++
      closers.pop()
      expected = afterValue()
    } else if (expected === 'comma' && character === ',') {
      at++
      expected = closers.at(-1) === '}' ? 'name' : 'value'
    } else if (expected === 'colon' && character === ':') {
      at++
      expected = 'value'
    } else if (expected.endsWith('name') && character === '"') {
      if (!skipString()) return at
      expected = 'colon'
    } else if (expected.endsWith('value')) {
      if (character === '{' || character === '[') {
        at++
        closers.push(character === '{' ? '}' : ']')
        expected = character === '{' ? 'first name' : 'first value'
      } else if (character === '"' ? skipString() : skip(scalar)) expected = afterValue()
      else return at
    } else return at
  }
}

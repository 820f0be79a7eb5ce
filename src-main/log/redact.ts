import { createHash } from 'node:crypto'

/** What of this machine no stranger has to know. */
export interface Secrets {
  /** The person's directories, absolute. */
  homes: string[]
  /** Names by which the person is known to the system. */
  users: string[]
  /** Where credentials may stand: the addresses of the environment. */
  environment: NodeJS.ProcessEnv
}

export interface Redactor {
  /** A value that can be sent to a stranger: plain, of bounded size, without what this machine keeps to itself. */
  redact(value: unknown): unknown
  redactText(text: string): string
  /** A serial number that was seen: it is known again by a short hash. */
  learnSerial(serial: string | null): void
}

/** Characters of one text, and entries of one list. */
const longestText = 4000
const longestList = 50
const deepest = 8

/**
 * Addresses lose user, password, and what follows `?` and `#`; the environment's credentials are known wherever they
 * stand. Home directories become `~`, names of users in paths `USER`. Of serial numbers six digits of a hash remain:
 * enough to see that two lines are about the same drive, too few to find the number.
 */
export function createRedactor({ homes, users, environment }: Secrets): Redactor {
  const replacements = new Map<string, string>()
  const learn = (secret: string, by: string) => {
    if (secret.length > 2) replacements.set(secret, by)
  }
  for (const home of homes.filter((home) => /[^/\\]/.test(home)))
    for (const form of [home, encodeURI(home), home.replaceAll('\\', '/'), home.replaceAll('\\', '\\\\')])
      learn(form, '~')
  for (const credential of credentialsIn(environment)) learn(credential, '***')

  function redactText(text: string): string {
    let safe = text.slice(0, longestText).replaceAll(address, redactAddress)
    // `user:password@host` without a scheme, as in the proxy variables.
    safe = safe.replaceAll(/[^\s/@:"']+:[^\s/@"']+@(?=[\w.[-])/g, '***@')
    // Longer ones first: one may be part of another.
    for (const [secret, by] of [...replacements].toSorted(([a], [b]) => b.length - a.length))
      safe = safe.replaceAll(secret, by)
    safe = safe
      .replaceAll(/(\/dev\/disk\/by-id\/)([^\s"',;]+)/g, (_, folder: string, name: string) => folder + shorten(name))
      .replaceAll(/((?:\/home|\/Users|\/run\/media|\/media|\\Users)[/\\]+)[^/\\\s"':]+/g, '$1USER')
    for (const user of users) safe = safe.replaceAll(segment(user), '$1USER')
    return text.length > longestText ? `${safe} … (${text.length} characters)` : safe
  }

  function redact(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return redactText(value)
    if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
    if (typeof value !== 'object') return value === undefined ? undefined : redactText(String(value))
    if (depth === deepest) return '…'
    if (Array.isArray(value)) return value.slice(0, longestList).map((each) => redact(each, depth + 1))
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        (name === 'serial' || name === 'wwn') && typeof each === 'string' ? shorten(each) : redact(each, depth + 1),
      ]),
    )
  }

  return {
    redact,
    redactText,
    learnSerial: (serial) => serial !== null && learn(serial, shorten(serial)),
  }
}

const shorten = (serial: string): string => `#${createHash('sha256').update(serial).digest('hex').slice(0, 6)}`

const address = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>\\^`{|}]+/gi

function redactAddress(text: string): string {
  // Not by the parser's own form: it would change what was written.
  const [, scheme, authority, path, query, fragment] = /^([^:]+:\/\/)([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/.exec(text)!
  const host = authority!.replace(/^.*@/, '***@')
  return `${scheme}${host}${path}${query ? '?***' : ''}${fragment ? '#***' : ''}`
}

/** A name as a whole part of a path. */
function segment(name: string): RegExp {
  const literal = name.replaceAll(/[^\w]/g, String.raw`\$&`)
  return new RegExp(String.raw`([/\\])${literal}(?=[/\\\s"']|$)`, 'g')
}

/** Users, passwords and tokens of the addresses that variables name. */
function credentialsIn(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment)
    .filter(([name]) => /proxy$|url$/i.test(name))
    .flatMap(([, text = '']) => {
      const written = text.includes('://') ? text : `http://${text}`
      if (!URL.canParse(written)) return []
      const { username, password, searchParams } = new URL(written)
      // Short ones are common words, and would take those out of everything.
      return [username, password, ...searchParams.values()]
        .flatMap((each) => [each, decode(each)])
        .filter(({ length }) => length > 5)
    })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

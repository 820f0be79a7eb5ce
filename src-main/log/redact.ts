import { createHash } from 'node:crypto'

/** Private data of this machine, which must not be in the log. */
export interface Secrets {
  /** The user's home directories, as absolute paths. */
  homes: string[]
  /** The user's names on the system. */
  users: string[]
  /** The environment, whose URLs may contain credentials. */
  environment: NodeJS.ProcessEnv
}

export interface Redactor {
  /**
   * Returns a copy of a value that is safe to share: plain, of limited size, without private data.
   */
  redact(value: unknown): unknown
  redactText(text: string): string
  /** Registers a serial number, which is then replaced by a short hash everywhere. */
  learnSerial(serial: string | null): void
}

/**
 * Maximum length of a text in characters, maximum number of entries in a list, and maximum depth.
 */
const longestText = 4000
const longestList = 50
const deepest = 8

/**
 * Creates a redactor. URLs lose user, password, query and fragment. Credentials of the environment
 * are replaced wherever they occur. Home directories become `~`, user names in paths become `USER`.
 * A serial number is replaced by six digits of its hash: enough to recognise the same drive in two
 * lines, too few to recover the number.
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
    // Hashes of passwords (crypt(5)).
    safe = safe.replaceAll(/\$(?:y|gy|7|2[aby]|[56])\$[\w./$=,+-]+/g, '***')
    // Longest first, because one secret may be part of another.
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
  // The text is split by hand, because the form of the URL parser would differ from the original.
  const [, scheme, authority, path, query, fragment] = /^([^:]+:\/\/)([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/.exec(text)!
  const host = authority!.replace(/^.*@/, '***@')
  return `${scheme}${host}${path}${query ? '?***' : ''}${fragment ? '#***' : ''}`
}

/** Returns a pattern that matches a name as a whole segment of a path. */
function segment(name: string): RegExp {
  const literal = name.replaceAll(/[^\w]/g, String.raw`\$&`)
  return new RegExp(String.raw`([/\\])${literal}(?=[/\\\s"']|$)`, 'g')
}

/** Returns the user names, passwords and query values in the URLs of the environment. */
function credentialsIn(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment)
    .filter(([name]) => /proxy$|url$/i.test(name))
    .flatMap(([, text = '']) => {
      const written = text.includes('://') ? text : `http://${text}`
      if (!URL.canParse(written)) return []
      const { username, password, searchParams } = new URL(written)
      // Short ones may be common words, which would be replaced everywhere.
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

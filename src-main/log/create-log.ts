import { arch, cpus, release, totalmem, userInfo, version as systemVersion } from 'node:os'
import { join, resolve } from 'node:path'
import { findHome } from '../settings/own-paths.ts'
import { describeError } from './describe-error.ts'
import { appendLine, type Rotation } from './log-file.ts'
import { createRedactor, type Redactor } from './redact.ts'

/** What Kindling did, in lines of JSON that a person can send to somebody. */
export interface Log extends Pick<Redactor, 'redactText' | 'learnSerial'> {
  /** Where it is written. */
  readonly file: string
  /** Adds a line; never throws. @param job the job that it belongs to */
  add(event: string, facts?: object, job?: string | null): void
  /** Adds an error with its causes. */
  addError(error: unknown, job?: string | null): void
  /** The last lines of a job, as they are in the file. */
  linesOf(job: string): string[]
  /** Writes to this file from now on, which is never rotated. */
  divert(file: string): void
}

const rotation: Rotation = { limit: 1024 * 1024, generations: 3 }
/** Jobs whose lines are remembered, and lines of each. */
const [mostJobs, mostLines] = [8, 200]

/**
 * A log in the state directory, shared by all processes of Kindling. Nothing is read or written before the first line.
 * @param onTrouble told once, and only of a file that somebody asked for, why it cannot be written; all else goes on
 */
export function createLog(
  options: { directory: string; version: string; environment: NodeJS.ProcessEnv; rotation?: Rotation },
  onTrouble: (error: unknown) => void = () => {},
): Log {
  let file = join(options.directory, 'kindling.log')
  let rotated: Rotation | null = options.rotation ?? rotation
  let redactor: Redactor | null = null
  let begun = false
  let asked = false
  let troubled = false
  const jobs = new Map<string, string[]>()
  const use = () => (redactor ??= createRedactor(secretsOf(options.environment)))

  function write(event: string, facts: object, job: string | null): void {
    const time = new Date().toISOString()
    const line = JSON.stringify({
      time,
      process: process.pid,
      event,
      ...(use().redact(facts) as object),
      // Jobs have long random names; the beginning tells them apart.
      ...(job === null ? {} : { job: job.slice(0, 8) }),
    })
    if (job !== null) remember(job, line)
    try {
      appendLine(file, line, rotated)
    } catch (error) {
      suffer(error)
    }
  }

  function suffer(error: unknown): void {
    if (asked && !troubled) onTrouble(error)
    troubled = true
  }

  function remember(job: string, line: string): void {
    const lines = jobs.get(job) ?? []
    jobs.set(job, [...lines.slice(1 - mostLines), line])
    if (jobs.size > mostJobs) jobs.delete(jobs.keys().next().value!)
  }

  function begin(): void {
    begun = true
    const { node, electron, chrome } = process.versions
    write('program', { kindling: options.version, node, electron, chrome, ...describeSystem() }, null)
    const proxies = Object.keys(options.environment).filter((name) => /_proxy$/i.test(name))
    if (proxies.length > 0) write('proxies', { named: proxies }, null)
  }

  function add(event: string, facts: object = {}, job: string | null = null): void {
    // Whatever goes wrong here, the job goes on.
    try {
      if (!begun) begin()
      write(event, facts, job)
    } catch (error) {
      suffer(error)
    }
  }

  return {
    get file() {
      return file
    },
    add,
    addError: (error, job = null) => add('error', { chain: describeError(error) }, job),
    linesOf: (job) => jobs.get(job) ?? [],
    divert(path) {
      file = resolve(path)
      rotated = null
      asked = true
    },
    redactText: (text) => use().redactText(text),
    learnSerial: (serial) => use().learnSerial(serial),
  }
}

const describeSystem = () => ({
  system: `${process.platform} ${release()} ${arch()}`,
  version: systemVersion(),
  cores: cpus().length,
  memory: totalmem(),
})

function secretsOf(environment: NodeJS.ProcessEnv) {
  const { HOME, USERPROFILE, USER, LOGNAME, USERNAME, SUDO_USER } = environment
  const given = (texts: (string | undefined)[]) => [
    ...new Set(texts.filter((text) => text !== undefined && text !== '')),
  ]
  return {
    homes: given([HOME, USERPROFILE, findHome() ?? undefined]) as string[],
    users: given([USER, LOGNAME, USERNAME, SUDO_USER, nameOfUser()]) as string[],
    environment,
  }
}

/** Undefined for a user without a name, as in a container. */
function nameOfUser(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}

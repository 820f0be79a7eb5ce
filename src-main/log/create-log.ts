import { arch, cpus, release, totalmem, userInfo, version as systemVersion } from 'node:os'
import { join, resolve } from 'node:path'
import { findHome } from '../settings/own-paths.ts'
import { describeError } from './describe-error.ts'
import { appendLine, type Rotation } from './log-file.ts'
import { createRedactor, type Redactor } from './redact.ts'

/**
 * A log of Kindling's actions, in lines of JSON. Private data is redacted, so that a user can send
 * the log to others.
 */
export interface Log extends Pick<Redactor, 'redactText' | 'learnSerial'> {
  /** Path of the log file. */
  readonly file: string
  /**
   * Adds a line; never throws.
   * @param job – the job of the line, or null
   */
  add(event: string, facts?: object, job?: string | null): void
  /** Adds an error with its causes. */
  addError(error: unknown, job?: string | null): void
  /** Returns the last lines of a job, as written to the file. */
  linesOf(job: string): string[]
  /** Writes to another file from now on. That file is never rotated. */
  divert(file: string): void
}

const rotation: Rotation = { limit: 1024 * 1024, generations: 3 }
/** Maximum number of jobs whose lines are remembered, and of lines per job. */
const [mostJobs, mostLines] = [8, 200]

/**
 * Creates a log in the state directory, which all processes of Kindling share. Nothing is read or
 * written before the first line.
 * @param onTrouble – receives the error if the file cannot be written. It is called at most once,
 *   and only for a file that the user requested. Kindling keeps running in any case.
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
      // Job ids are long and random; their first characters suffice to distinguish them.
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
    // An error in the log must not stop the job.
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

/** Returns the user's name; undefined for a user without a name, as in a container. */
function nameOfUser(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}

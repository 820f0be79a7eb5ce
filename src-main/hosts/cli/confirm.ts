import { createInterface } from 'node:readline/promises'
import type { Drive } from '../../../src-shared/drive.ts'
import { KindlingError, type Failure } from '../../../src-shared/failure.ts'
import type { SourceSpec } from '../../../src-shared/job.ts'
import { plain } from '../../../src-shared/plain.ts'
import { formatBytes } from '../../../src-shared/units.ts'
import { describeWarning } from '../../../src-shared/warnings.ts'
import { showUrl } from '../../net/http.ts'
import { refuseUsage } from './command.ts'
import type { Streams } from './output.ts'
import { listContents } from './drives.ts'
import type { Phrase } from '../../../src-shared/phrases.ts'

export interface Confirmation {
  /** Whether --yes was given. It does not confirm precious drives. */
  yes: boolean
  /** Names of drives, given with --confirm. */
  names: string[]
  /** Whether the user can be asked: both streams are terminals, and the output is not JSON. */
  mayAsk: boolean
}

/** Deed that the user agrees to. */
export interface Deed {
  /** Line that is shown with the drives. */
  line: string
  /** Verb phrase that completes "Erase … and …". */
  deed: string
}

/**
 * Asks the user to confirm that the drives may be erased. Precious drives must be confirmed by
 * their name.
 * @returns for each drive its name, if it was given or typed
 * @throws confirmation-missing, confirmation-name-missing, declined; usage for a name that no drive
 *   has
 */
export async function confirm(
  drives: Drive[],
  { line, deed }: Deed,
  streams: Streams,
  { yes, names, mayAsk }: Confirmation,
): Promise<(string | undefined)[]> {
  const named = assignNames(drives, names)
  const toType = drives.filter((drive, index) => drive.precious && named[index] === undefined)
  if (yes && toType.length === 0) return named
  if (!mayAsk) {
    const { identity, name } = toType[0] ?? drives[0]!
    if (toType.length > 0) throw new KindlingError('confirmation-name-missing', { drive: identity.device, name })
    throw new KindlingError('confirmation-missing', { drive: listNames(drives) })
  }
  streams.stderr.write(describe(drives, line))
  const others = drives.filter((drive) => !toType.includes(drive))
  await converse(streams, async (ask) => {
    for (const { name } of toType) {
      const reply = await ask(`This looks like a built-in or backup disk. To erase it, type its name, ${name}: `)
      if (reply !== name) throw new KindlingError('declined')
    }
    if (!yes && others.length > 0) {
      const reply = await ask(`Erase ${listNames(others)} and ${deed}? Type "yes": `)
      if (reply.toLowerCase() !== 'yes') throw new KindlingError('declined')
    }
  })
  return drives.map((drive, index) => named[index] ?? (toType.includes(drive) ? drive.name : undefined))
}

/**
 * Asks the user separately if the stream may be a different or older one than it seems: --yes only
 * confirms the drive.
 * @throws stream-doubtful without a terminal; declined
 */
export async function confirmDoubts(doubts: Phrase[], streams: Streams, mayAsk: boolean): Promise<void> {
  const [reason] = doubts
  if (reason === undefined) return
  if (!mayAsk) throw new KindlingError('stream-doubtful', { reason })
  await converse(streams, async (ask) => {
    for (const doubt of doubts)
      streams.stderr.write(`! ${plain(describeWarning('stream-doubtful', { reason: doubt }))}\n`)
    const reply = await ask('Write this image anyway? Type "yes": ')
    if (reply.toLowerCase() !== 'yes') throw new KindlingError('declined')
  })
}

/**
 * Asks the user separately if the first boot shall be as it is: nobody can log in, or a disk is
 * erased.
 * @param failure – says which
 * @throws declined
 */
export async function confirmFirstBoot(failure: Failure, streams: Streams): Promise<void> {
  await converse(streams, async (ask) => {
    streams.stderr.write(`! ${plain(failure.title)}.\n`)
    const reply = await ask('Write it anyway? Type "yes": ')
    if (reply.toLowerCase() !== 'yes') throw new KindlingError('declined')
  })
}

/** Asks on the terminal. End of input counts as an empty answer. */
async function converse(
  { stdin, stderr }: Streams,
  act: (ask: (question: string) => Promise<string>) => Promise<void>,
): Promise<void> {
  const terminal = createInterface({ input: stdin, output: stderr })
  // readline catches Ctrl-C, so that the signal has to be sent again.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const ended = new Promise<string>((settle) => terminal.once('close', () => settle('')))
  try {
    await act(async (question) => (await Promise.race([terminal.question(question), ended])).trim())
  } finally {
    terminal.close()
  }
}

/**
 * Assigns each name to a drive that has it, precious drives first. Two drives of one model need it
 * twice.
 */
function assignNames(drives: Drive[], names: string[]): (string | undefined)[] {
  const named: (string | undefined)[] = drives.map(() => undefined)
  const order = [...drives.keys()].toSorted((a, b) => Number(drives[b]!.precious) - Number(drives[a]!.precious))
  for (const given of names.map((name) => name.trim())) {
    const index = order.find((at) => drives[at]!.name === given && named[at] === undefined)
    if (index === undefined)
      refuseUsage(`--confirm names ${given}, which is not to be written; the drive is called ${listNames(drives)}`)
    named[index] = given
  }
  return named
}

const listNames = (drives: Drive[]) => drives.map(({ name }) => plain(name)).join(', ')

function describe(drives: Drive[], line: string): string {
  return [
    line,
    ...drives.flatMap((drive) => [
      `Drive  ${[...new Set([drive.name, formatBytes(drive.identity.size), drive.identity.device])].join(', ')}`,
      `On it  ${listContents(drive)}`,
    ]),
    '',
  ]
    .map((line) => plain(line))
    .join('\n')
}

export function describeSource({ image }: SourceSpec): string {
  if (image.kind === 'file') return image.path
  if (image.kind === 'url') return showUrl(image.url)
  return `Fedora CoreOS ${image.stream}, ${image.architecture}, ${image.platform} ${image.format}`
}

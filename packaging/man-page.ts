import { readCommands, type OptionFacts } from './command-facts.ts'

/**
 * Returns the man page in the macros of man(7), made from the command line's own definitions.
 * @param date – date of the commit, as YYYY-MM-DD
 */
export function writeManPage(version: string, date: string): string {
  const { program, commands } = readCommands()
  const shared = new Set(program.options.map(({ long }) => long))
  const lines = [
    `.TH KINDLING 1 "${date}" ${quote(`Kindling ${version}`)} ${quote('User Commands')}`,
    '.SH NAME',
    'kindling \\- write Fedora CoreOS to drives, and prove it',
    '.SH SYNOPSIS',
    '.B kindling',
    '.I COMMAND',
    '.RI [ OPTION \\ .\\|.\\|.]',
    '.SH DESCRIPTION',
    text(program.description),
    '.PP',
    text(
      'Nobody has to be root: where a drive needs more rights, sudo or polkit is asked for them, for a program that opens this one drive. ' +
        'The first MiB of a drive stays empty until the image and what the drive returns of it are proved.',
    ),
    '.SH COMMANDS',
    ...commands.flatMap(({ name, operands, description, options }) => [
      `.SS ${quote(['kindling', name, operands].filter(Boolean).join(' '))}`,
      text(`${description[0]!.toUpperCase()}${description.slice(1)}.`),
      ...options.filter(({ long }) => !shared.has(long)).flatMap(writeOption),
    ]),
    '.SH OPTIONS OF EVERY COMMAND',
    ...program.options.flatMap(writeOption),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, meaning]) => ['.TP', `.B ${text(name)}`, text(meaning)]),
    '.SH FILES',
    ...files.flatMap(([name, meaning]) => ['.TP', `.I ${text(name)}`, text(meaning)]),
    '.SH EXIT STATUS',
    ...exits.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, text(meaning)]),
    '.SH SEE ALSO',
    '.BR lsblk (8),',
    '.BR pkexec (1),',
    '.BR sudo (8)',
  ]
  return `${lines.join('\n')}\n`
}

const environment = [
  ['KINDLING_STREAM_BASE_URL', 'Where the stream metadata is, instead of Fedora.'],
  ['KINDLING_KEYRING', 'A file of public keys to trust besides those of Fedora.'],
  ['KINDLING_CACHE_LIMIT', 'How much is kept of downloads, like 5G; 0 keeps none.'],
  ['http_proxy, https_proxy, no_proxy', 'The proxies to go through.'],
] as const

const files = [
  ['~/.cache/kindling', 'Images, keys and stream metadata ($XDG_CACHE_HOME).'],
  ['~/.local/state/kindling', 'Receipts, and the log that can be sent to somebody who helps ($XDG_STATE_HOME).'],
] as const

const exits = [
  ['0', 'Done.'],
  ['1', 'The job failed: network, disk, drive.'],
  ['2', 'Usage, or nobody confirmed; nothing was touched.'],
  ['3', 'Refused by a rule about the drive or the kind of image.'],
  ['4', 'A proof failed: signature, hash, decoder, read-back, verify.'],
  ['130', 'Interrupted.'],
] as const

function writeOption({ flags, description, standard }: OptionFacts): string[] {
  const words = `${description[0]!.toUpperCase()}${description.slice(1)}${standard === null ? '' : ` (default: ${standard})`}.`
  return ['.TP', `.B ${text(flags)}`, text(words)]
}

/** Escapes text for roff: backslashes, literal hyphens, and lines that start like a request. */
const text = (words: string) =>
  words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll('’', "'")
    .replace(/^(?=[.'])/, '\\&')

const quote = (words: string) => `"${text(words).replaceAll('"', '\\(dq')}"`

import { knownStreams } from '../src-main/catalog/known-streams.ts'
import { readCommands, type CommandFacts, type OptionFacts } from './command-facts.ts'

/** Possible values of an option, derived from its placeholder. */
type Values = 'none' | 'files' | 'directories' | readonly string[]

function valuesOf({ value }: OptionFacts): Values {
  if (value === null) return 'none'
  if (value === 'DIR') return 'directories'
  if (value === 'STREAM') return knownStreams
  // A drive is a device, a link to a device, or a file.
  return /FILE|PATH|DRIVE/.test(value) ? 'files' : []
}

const spellings = ({ short, long }: OptionFacts) => (short === null ? [long] : [short, long])

export function writeBashCompletion(): string {
  const { program, commands } = readCommands()
  const every = [program, ...commands].flatMap(({ options }) => options)
  const offering = (wanted: 'files' | 'directories') =>
    unique(every.filter((option) => valuesOf(option) === wanted).flatMap(spellings))
  const unknown = unique(every.filter((option) => valuesOf(option).length === 0).flatMap(spellings))
  const streams = unique(every.filter((option) => option.value === 'STREAM').flatMap(spellings))
  const words = (command: CommandFacts) => unique([...command.choices, ...command.options.flatMap(spellings)]).join(' ')
  return `# Made from the definitions of the command line.
_kindling() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} each command=
  COMPREPLY=()
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $each in ${commands.map(({ name }) => name).join('|')}) command=$each; break ;; esac
  done
  case $before in
    ${offering('files').join('|')}) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    ${offering('directories').join('|')}) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    ${streams.join('|')}) mapfile -t COMPREPLY < <(compgen -W '${knownStreams.join(' ')}' -- "$word"); return ;;
    ${unknown.join('|')}) return ;;
  esac
  case $command in
${commands.map((command) => `    ${command.name}) mapfile -t COMPREPLY < <(compgen ${command.takesFile ? '-f ' : ''}-W '${words(command)}' -- "$word") ;;`).join('\n')}
    *) mapfile -t COMPREPLY < <(compgen -W '${[...commands.map(({ name }) => name), ...program.options.flatMap(spellings)].join(' ')}' -- "$word") ;;
  esac
}
complete -F _kindling kindling
`
}

export function writeZshCompletion(): string {
  const { program, commands } = readCommands()
  const quote = (words: string) => `'${words.replaceAll("'", "'\\''")}'`
  const plain = (words: string) => words.replaceAll(/[[\]:\\]/g, (sign) => `\\${sign}`)
  const action = (option: OptionFacts) => {
    const values = valuesOf(option)
    if (values === 'none') return ''
    const offered = values === 'files' ? '_files' : values === 'directories' ? '_files -/' : `(${values.join(' ')})`
    return `:${plain(option.value!)}:${offered}`
  }
  const specs = ({ options, choices, takesFile }: CommandFacts) => [
    ...options.flatMap((option) =>
      spellings(option).map((spelling) => {
        const others = option.isRepeatable ? '*' : `(${spellings(option).join(' ')})`
        return quote(`${others}${spelling}[${plain(option.description)}]${action(option)}`)
      }),
    ),
    ...(choices.length > 0 ? [quote(`1:action:(${choices.join(' ')})`)] : []),
    ...(takesFile ? [quote(`${choices.length > 0 ? 2 : 1}:file:_files`)] : []),
  ]
  const list = (command: CommandFacts) =>
    specs(command)
      .map((spec) => `        ${spec}`)
      .join(' \\\n')
  return `#compdef kindling
# Made from the definitions of the command line.
_kindling() {
  local line state
  _arguments -C \\
${list(program)} \\
        '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
${commands.map(({ name, description }) => `        ${quote(`${name}:${plain(description)}`)}`).join('\n')}
      )
      _describe command commands
      ;;
    argument)
      case $line[1] in
${commands.map((command) => `        ${command.name}) _arguments \\\n${list(command)} ;;`).join('\n')}
      esac
      ;;
  esac
}
_kindling "$@"
`
}

export function writeFishCompletion(): string {
  const { program, commands } = readCommands()
  const quote = (words: string) => `'${words.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const values = (option: OptionFacts) => {
    const offered = valuesOf(option)
    if (offered === 'none') return ''
    if (offered === 'files') return ' -r -F'
    if (offered === 'directories') return " -x -a '(__fish_complete_directories)'"
    return offered.length === 0 ? ' -x' : ` -x -a ${quote(offered.join(' '))}`
  }
  const line = (condition: string, option: OptionFacts) => {
    const short = option.short === null ? '' : ` -s ${option.short.slice(1)}`
    return `complete -c kindling -n ${quote(condition)}${short} -l ${option.long.slice(2)}${values(option)} -d ${quote(option.description)}`
  }
  const seen = (name: string) => `__kindling_is_at ${name}`
  const none = "__kindling_is_at ''"
  return `# Made from the definitions of the command line.
function __kindling_is_at
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"
end
complete -c kindling -f
${[
  ...commands.map(
    ({ name, description }) => `complete -c kindling -n ${quote(none)} -a ${name} -d ${quote(description)}`,
  ),
  ...program.options.map((option) => line(none, option)),
  ...commands.flatMap(({ name, options, choices, takesFile }) => [
    ...(takesFile ? [`complete -c kindling -n ${quote(seen(name))} -F`] : []),
    ...(choices.length > 0 ? [`complete -c kindling -n ${quote(seen(name))} -a ${quote(choices.join(' '))}`] : []),
    ...options.map((option) => line(seen(name), option)),
  ]),
].join('\n')}
`
}

const unique = (words: string[]) => [...new Set(words)]

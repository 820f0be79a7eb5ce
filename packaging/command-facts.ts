import { Help, type Command, type Option } from 'commander'
import { createProgram } from '../src-main/hosts/cli/program.ts'

/**
 * Input of the man page and the completions, read from the command line's own definitions in
 * commander.
 */
export interface CommandFacts {
  /** Name of the command; empty for the program itself. */
  name: string
  description: string
  /** Operands as the usage line shows them, such as `[action]`. */
  operands: string
  /** Allowed values of the operand, if it is a choice of words. */
  choices: string[]
  /** Whether the operand may be a file. */
  takesFile: boolean
  options: OptionFacts[]
}

export interface OptionFacts {
  /** Flags as in the help, such as `-s, --stream <STREAM>`. */
  flags: string
  short: string | null
  long: string
  /** Placeholder in `<…>`, such as STREAM, DIR or FILE; null for a switch. */
  value: string | null
  description: string
  /** Default value as shown in the help, or null. */
  standard: string | null
  isRepeatable: boolean
}

export function readCommands(): { program: CommandFacts; commands: CommandFacts[] } {
  const program = createProgram(
    () => '',
    () => {
      throw new Error('Definitions are read, nothing is run')
    },
    () => undefined,
  )
  const help = new Help()
  const facts = (command: Command): CommandFacts => ({
    name: command === program ? '' : command.name(),
    description: command.description(),
    operands: command.registeredArguments
      .map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`))
      .join(' '),
    takesFile: command.registeredArguments.some((each) => /image|file/.test(each.name())),
    choices: command.registeredArguments.flatMap((each) => each.argChoices ?? []),
    options: help.visibleOptions(command).map(optionFacts),
  })
  const commands = help.visibleCommands(program).filter((command) => command.name() !== 'help')
  return { program: facts(program), commands: commands.map(facts) }
}

function optionFacts(option: Option): OptionFacts {
  const standard: unknown = option.defaultValue
  const isShown = typeof standard === 'string' || typeof standard === 'number'
  return {
    flags: option.flags,
    short: option.short ?? null,
    long: option.long!,
    value: /<(.+)>/.exec(option.flags)?.[1] ?? null,
    description: option.description,
    standard: isShown ? String(standard) : null,
    isRepeatable: option.parseArg !== undefined && (Array.isArray(standard) || option.mandatory),
  }
}

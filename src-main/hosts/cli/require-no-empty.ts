import type { Command } from 'commander'
import { KindlingError } from '../../../src-shared/failure.ts'

/**
 * Refuses empty options and arguments, as produced by an unset variable in a script.
 * @throws usage
 */
export function requireNoEmpty(command: Command): void {
  const values = command.opts<Record<string, unknown>>()
  const options = command.options
    .filter((option) => [values[option.attributeName()]].flat().includes(''))
    .map(({ long, short }) => long ?? short ?? '')
  const args = command.registeredArguments.flatMap((argument, index) =>
    command.args[index] === '' ? [argument.name()] : [],
  )
  const [name] = [...options, ...args]
  if (name !== undefined) throw new KindlingError('usage', { reason: `${name} is empty: it needs a value` })
}

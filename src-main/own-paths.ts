import envPaths from 'env-paths'
import type { Paths } from './ports.ts'

/** Where Kindling keeps what it remembers, as the system has it. */
export function ownPaths(): Paths {
  const { cache, config, log: state } = envPaths('kindling', { suffix: '' })
  return { cache, config, state }
}

import { readdirSync, readFileSync } from 'node:fs'

/** Returns the ids of all living descendants of a process, without the process itself. */
export function descendants(pid: number): number[] {
  const children = orElse([], () =>
    readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      orElse([], () => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean)),
    ),
  ).map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

/**
 * Finds the descendant process that runs a script with Node.
 * @param script – the end of the script's path
 */
export const findProgram = (root: number, script: string): number | undefined =>
  descendants(root).find((pid) => {
    const words = orElse('', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
    return words[0]!.endsWith('/node') && words.some((word) => word.endsWith(script))
  })

/**
 * Returns the result of `read`, or `otherwise` if it throws, for example because the process has
 * ended.
 */
export function orElse<T>(otherwise: T, read: () => T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}

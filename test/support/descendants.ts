import { readdirSync, readFileSync } from 'node:fs'

/** The ids of all processes that descend from one and live, without that one. */
export function descendants(pid: number): number[] {
  const children = orElse([], () =>
    readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      orElse([], () => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean)),
    ),
  ).map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

/** The process below another that runs a script with Node. @param script how its path ends */
export const findProgram = (root: number, script: string): number | undefined =>
  descendants(root).find((pid) => {
    const words = orElse('', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
    return words[0]!.endsWith('/node') && words.some((word) => word.endsWith(script))
  })

/** What a process that ended meanwhile leaves to be read. */
export function orElse<T>(otherwise: T, read: () => T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}

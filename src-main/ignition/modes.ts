import type { ProblemCode } from './problem.ts'

const specialBits = 0o7000

/** Returns the problem of a mode, if it has one. Special bits work since spec 3.6. */
export function modeProblem(mode: number | undefined, spec: number): ProblemCode | null {
  if (mode === undefined) return null
  if (mode < 0 || mode > 0o7777) return 'mode-invalid'
  return spec < 6 && (mode & specialBits) !== 0 ? 'mode-special-bits' : null
}

/**
 * Returns the mode that was probably meant, if this one was written without its leading zero:
 * unusual as it is, and usual if its decimal digits are octal ones. Null otherwise. The rules are
 * Butane's (`base/util/file.go`).
 */
export function octalMeant(mode: number, isDirectory: boolean): number | null {
  if (!/^[0-7]{1,4}$/.test(String(mode))) return null
  const meant = Number.parseInt(String(mode), 8)
  return !isUsual(mode, isDirectory) && isUsual(meant, isDirectory) ? meant : null
}

function isUsual(mode: number, isDirectory: boolean): boolean {
  if (mode === 0) return true
  let hadRead = false
  let hadWrite = false
  let hadExecute = false
  // From others over the group to the owner: each may do all that the one before may.
  for (const bits of [mode & 7, (mode >> 3) & 7, (mode >> 6) & 7]) {
    const read = (bits & 4) !== 0
    const write = (bits & 2) !== 0
    const execute = (bits & 1) !== 0
    if ((!read && hadRead) || (!write && hadWrite) || (!execute && hadExecute)) return false
    if (execute && hadRead && !hadExecute) return false
    if ((write || execute) && !read) return false
    hadRead ||= read
    hadWrite ||= write
    hadExecute ||= execute
  }
  if (!hadRead) return false
  if (isDirectory) return hadExecute && (mode & 0o4000) === 0 && ((mode & 0o3000) === 0 || hadWrite)
  const setsId = (mode & 0o6000) !== 0
  return (!setsId || (hadExecute && (mode & 2) === 0)) && (mode & 0o1000) === 0
}

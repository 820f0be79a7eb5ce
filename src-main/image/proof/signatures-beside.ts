import { isWebAddress } from '../../../src-shared/web-address.ts'

/** Endings of detached signatures, in the order in which they are looked for. */
const endings = ['.sig', '.asc', '.gpg']

/**
 * Where a detached signature of a file may be: beside it, under its name and one of the endings. A
 * query is not part of the name.
 * @param location URL or path
 */
export function signaturesBeside(location: string): string[] {
  if (!isWebAddress(location)) return endings.map((ending) => location + ending)
  return endings.map((ending) => {
    const url = new URL(location)
    url.pathname += ending
    return url.href
  })
}

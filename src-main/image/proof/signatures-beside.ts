import { isWebAddress } from '../../../src-shared/web-address.ts'

/** Extensions of detached signatures, in search order. */
const endings = ['.sig', '.asc', '.gpg']

/**
 * Returns the locations where a detached signature of a file may be: beside it, under its name and
 * one of the extensions. The query of a URL is not part of the name.
 * @param location – URL or path
 */
export function signaturesBeside(location: string): string[] {
  if (!isWebAddress(location)) return endings.map((ending) => location + ending)
  return endings.map((ending) => {
    const url = new URL(location)
    url.pathname += ending
    return url.href
  })
}

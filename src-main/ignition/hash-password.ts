import { randomInt } from 'node:crypto'
import { encrypt } from 'unixcrypt'

const saltCharacters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Rounds of a hash: ten times the default of crypt(5). */
const rounds = 50_000

/** Hashes a password as crypt(5) does with sha512crypt, which every release knows. */
export function hashPassword(password: string): string {
  const salt = Array.from({ length: 16 }, () => saltCharacters[randomInt(saltCharacters.length)]).join('')
  return encrypt(password, `$6$rounds=${rounds}$${salt}`)
}

/** Returns whether a text is a hash of crypt(5) that Fedora CoreOS can use. */
export const isPasswordHash = (text: string): boolean => /^\$(?:y|gy|7|2[aby]|6|5)\$[\w./$=,+-]+$/.test(text)

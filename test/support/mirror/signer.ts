export interface SignOptions {
  /** When the signature says it was made; now unless told otherwise. */
  madeAt?: Date
  expiresAfterDays?: number
  hash?: 'SHA1' | 'SHA256' | 'SHA512'
  /** Text instead of binary. */
  armored?: boolean
  /** A message that holds what it signs, instead of a detached signature. */
  inline?: boolean
  /** A text with its signature around it. */
  cleartext?: boolean
}

/** Somebody who signs images. */
export interface Signer {
  /** 40 upper-case hexadecimal digits. */
  fingerprint: string
  armoredPublicKey: string
  /** A detached binary signature. @param input bytes, or the path of a file */
  sign(input: Uint8Array | string, options?: SignOptions): Promise<Buffer>
  dispose(): Promise<void>
}

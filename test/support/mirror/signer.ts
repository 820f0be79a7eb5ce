export interface SignOptions {
  /** Date in the signature. Default: now. */
  madeAt?: Date
  expiresAfterDays?: number
  hash?: 'SHA1' | 'SHA256' | 'SHA512'
  /** Armored text instead of binary. */
  armored?: boolean
  /** A message that contains the signed data, instead of a detached signature. */
  inline?: boolean
  /** A cleartext signature around a text. */
  cleartext?: boolean
}

/** A signing key. */
export interface Signer {
  /** 40 upper-case hexadecimal digits. */
  fingerprint: string
  armoredPublicKey: string
  /**
   * Makes a detached binary signature.
   * @param input – bytes, or the path of a file
   */
  sign(input: Uint8Array | string, options?: SignOptions): Promise<Buffer>
  dispose(): Promise<void>
}

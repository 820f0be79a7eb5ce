/** Public key of SSH, as a line of `authorized_keys`. */
export interface SshKey {
  line: string
  /** Comment of the key, such as maria@laptop; its type if it has none. */
  name: string
  /** As `ssh-keygen -l` prints it: `SHA256:` and 43 characters of base64. */
  fingerprint: string
}

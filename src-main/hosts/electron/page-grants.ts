import type { FilePurpose, FolderPurpose } from '../../../src-shared/window-api.ts'

/** `save`: the file that a drive is saved to. */
export type PathPurpose = FilePurpose | FolderPurpose | 'save'

/**
 * Paths, servers, SSH keys, passwords and disks that the page may name: those that the user chose
 * outside the page, or agreed to in a dialog of the system. Without an entry here the page cannot
 * use a path, and an entry is valid only for its purpose.
 */
export class PageGrants {
  readonly #paths = new Set<string>()
  readonly #sshKeys = new Set<string>()
  readonly #passwords = new Set<string>()
  readonly #disks = new Set<string>()
  readonly #wipedDisks = new Set<string>()
  readonly #servers = new Set<string>()

  addPath(purpose: PathPurpose, path: string): void {
    this.#paths.add(`${purpose} ${path}`)
  }

  /** Compares the text only: another spelling of a path is a different path. */
  hasPath(purpose: PathPurpose, path: string): boolean {
    return this.#paths.has(`${purpose} ${path}`)
  }

  /** @param line – as in `authorized_keys` */
  addSshKey(line: string): void {
    this.#sshKeys.add(line)
  }

  hasSshKey(line: string): boolean {
    return this.#sshKeys.has(line)
  }

  /** @param hash – as crypt(5) makes it */
  addPassword(hash: string): void {
    this.#passwords.add(hash)
  }

  hasPassword(hash: string): boolean {
    return this.#passwords.has(hash)
  }

  /**
   * @param device – disk of another machine, on which a live system may install itself
   * @param wipes – whether it may also take the disk out of arrays and volume groups
   */
  addDisk(device: string, wipes: boolean): void {
    this.#disks.add(device)
    if (wipes) this.#wipedDisks.add(device)
  }

  hasDisk(device: string, wipes: boolean): boolean {
    return (wipes ? this.#wipedDisks : this.#disks).has(device)
  }

  /**
   * Lets the page name all addresses on a server.
   * @param url – any address on the server; a text that is not an address grants nothing
   */
  addServer(url: string): void {
    if (URL.canParse(url)) this.#servers.add(new URL(url).origin)
  }

  hasServer(url: string): boolean {
    return URL.canParse(url) && this.#servers.has(new URL(url).origin)
  }
}

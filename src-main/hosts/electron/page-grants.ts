import type { FilePurpose, FolderPurpose } from '../../../src-shared/window-api.ts'

export type PathPurpose = FilePurpose | FolderPurpose

/**
 * The paths and servers that the page may name: those that a person chose outside of the page, or
 * agreed to in a dialog of the system. A path is worth nothing to the page without its entry here,
 * and only for its purpose.
 */
export class PageGrants {
  readonly #paths = new Set<string>()
  readonly #servers = new Set<string>()

  addPath(purpose: PathPurpose, path: string): void {
    this.#paths.add(`${purpose} ${path}`)
  }

  /** Compares the text: another spelling of the same path is another path. */
  hasPath(purpose: PathPurpose, path: string): boolean {
    return this.#paths.has(`${purpose} ${path}`)
  }

  /** @param url any address on the server; a text that is not an address grants nothing */
  addServer(url: string): void {
    if (URL.canParse(url)) this.#servers.add(new URL(url).origin)
  }

  hasServer(url: string): boolean {
    return URL.canParse(url) && this.#servers.has(new URL(url).origin)
  }
}

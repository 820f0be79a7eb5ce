import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hasNamespaces } from '../has-namespaces.ts'

/** The facts by which Chromium decides whether its page can have a sandbox. */
export interface SandboxMeans {
  /** Returns whether this user can create a user namespace. */
  hasNamespaces(): boolean
  /** Returns owner and mode of a file; null if there is none. */
  inspect(file: string): { uid: number; mode: number } | null
}

const thisSystem: SandboxMeans = {
  hasNamespaces,
  inspect: (file) => statSync(file, { throwIfNoEntry: false }) ?? null,
}

/**
 * Returns the reason why Chromium would end at its start, and the help against it; null if it would
 * start. It needs user namespaces, or a helper that is setuid root
 * (https://chromium.googlesource.com/chromium/src/+/main/docs/linux/suid_sandbox_development.md).
 * The deb and the rpm have the helper; a folder that an ordinary user unpacked does not.
 * @param program – path of the window's program
 */
export function whyNoSandbox(program: string, { hasNamespaces, inspect }: SandboxMeans = thisSystem): string | null {
  const helper = join(dirname(program), 'chrome-sandbox')
  const found = inspect(helper)
  if (found === null || (found.uid === 0 && (found.mode & 0o4001) === 0o4001) || hasNamespaces()) return null
  return `its page is locked in a sandbox, for which this system gives programs no user namespaces. As root, run: chown root:root '${helper}' && chmod 4755 '${helper}'. Or install the deb or the rpm`
}

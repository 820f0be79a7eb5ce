import { readFileSync } from 'node:fs'
import type { LostSandbox } from '../../../src-shared/window-api.ts'
import { ownAppImage } from '../../files/own-app-image.ts'
import { hasNamespaces } from '../has-namespaces.ts'

/** A process, and the settings of its kernel. */
export interface SandboxSurroundings {
  environment: NodeJS.ProcessEnv
  /** Path of the running program. */
  program: string
  /** The program's arguments. */
  words: string[]
  /** Numeric id of the user; undefined where the system has none. */
  user: number | undefined
  /** Returns the value of a kernel setting; null if the kernel does not have it. */
  readSetting(name: string): string | null
  /** Returns whether this user can create a user namespace. */
  hasNamespaces(): boolean
}

/** Settings with the value that denies user namespaces to ordinary users. */
const limits = [
  // Ubuntu, from 23.10 on; 24.04 sets it by default.
  { by: 'apparmor', name: 'kernel.apparmor_restrict_unprivileged_userns', value: '1' },
  // A patch of Debian's and Arch's kernels.
  { by: 'kernel', name: 'kernel.unprivileged_userns_clone', value: '0' },
  { by: 'kernel', name: 'user.max_user_namespaces', value: '0' },
] as const

/**
 * Returns the probable reason why the page of an AppImage runs without Chromium's sandbox; null if
 * it has the sandbox. The start script of an AppImage gives the sandbox up when it cannot create a
 * user namespace. Where it can, the user gave the option. Chromium itself refuses the sandbox to
 * root.
 */
export function findLostSandbox(
  { environment, program, words, user, readSetting, hasNamespaces }: SandboxSurroundings = thisProcess(),
): LostSandbox | null {
  const file = ownAppImage(environment, program)
  if (file === null || user === 0 || !words.includes('--no-sandbox')) return null
  if (hasNamespaces()) return { given: true, setting: null, profile: null }
  const limit = limits.find(({ name, value }) => readSetting(name) === value)
  return {
    given: false,
    setting: limit ? { by: limit.by, text: `${limit.name} = ${limit.value}` } : null,
    profile: limit?.by === 'apparmor' ? makeProfile(file) : null,
  }
}

const thisProcess = (): SandboxSurroundings => ({
  environment: process.env,
  program: process.execPath,
  words: process.argv,
  user: process.getuid?.(),
  readSetting(name) {
    try {
      return readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim()
    } catch {
      return null
    }
  },
  hasNamespaces,
})

/**
 * Returns an AppArmor profile that restricts nothing and lets a file create user namespaces; null
 * for a path with characters that mean something in a profile.
 */
function makeProfile(file: string): string | null {
  if (!/^\/[\p{L}\p{N} ._/+@~-]+$/u.test(file)) return null
  const place = '/etc/apparmor.d/kindling-appimage'
  return `# Save this as ${place}. Then, as root: apparmor_parser -r ${place}
abi <abi/4.0>,
include <tunables/global>

profile kindling-appimage "${file}" flags=(unconfined) {
  userns,
}
`
}

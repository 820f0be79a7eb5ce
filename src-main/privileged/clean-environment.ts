/**
 * Variables that a helper keeps from its caller. Any other variable could control the programs that
 * the helper runs.
 */
const kept = ['SUDO_UID', 'PKEXEC_UID', 'ELECTRON_RUN_AS_NODE', 'SystemRoot', 'TEMP', 'TMP']

/** Returns the environment of a helper. */
export function cleanEnvironment(given: NodeJS.ProcessEnv, platform: NodeJS.Platform): NodeJS.ProcessEnv {
  const taken = Object.fromEntries(kept.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])))
  return platform === 'win32' ? taken : { ...taken, PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
}

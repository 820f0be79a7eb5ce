/** What a helper takes over from whoever started it; everything else could steer the programs that it runs. */
const kept = ['SUDO_UID', 'PKEXEC_UID', 'ELECTRON_RUN_AS_NODE', 'SystemRoot', 'TEMP', 'TMP']

/** The environment of a helper. */
export function cleanEnvironment(given: NodeJS.ProcessEnv, platform: NodeJS.Platform): NodeJS.ProcessEnv {
  const taken = Object.fromEntries(kept.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])))
  return platform === 'win32' ? taken : { ...taken, PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
}

/**
 * Returns the user id of the person who started a helper. Null if the system does not provide it.
 *
 * sudo(8) sets SUDO_UID, pkexec(1) sets PKEXEC_UID. sudo may be configured to keep other variables
 * of the caller. SUDO_UID is therefore checked first; pkexec keeps no variables. On Linux, a helper
 * with neither variable was started by its own user.
 * @param ownUser – the user id of this process, null on Windows
 */
export function invitingUser(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  ownUser: number | null,
): number | null {
  const told = [environment['SUDO_UID'], environment['PKEXEC_UID']].find((text) => /^\d+$/.test(text ?? ''))
  if (told !== undefined) return Number(told)
  // osascript of macOS and UAC start the helper as an administrator, but do not say for which user.
  return platform === 'linux' ? ownUser : null
}

/**
 * Returns the user id of the person who started a helper; null where the system does not tell it.
 *
 * sudo(8) sets SUDO_UID, pkexec(1) sets PKEXEC_UID. sudo may be configured to keep other variables
 * of the caller, so that SUDO_UID counts first; pkexec keeps none. On Linux a helper without either
 * was started by its own user.
 *
 * @param ownUser – the user id of this process, null on Windows.
 */
export function invitingUser(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  ownUser: number | null,
): number | null {
  const told = [environment['SUDO_UID'], environment['PKEXEC_UID']].find((text) => /^\d+$/.test(text ?? ''))
  if (told !== undefined) return Number(told)
  // osascript of macOS and UAC start the helper as an administrator and do not tell for whom.
  return platform === 'linux' ? ownUser : null
}

/**
 * The user id of whoever started a helper, as the elevation tool tells it: sudo(8) and pkexec(1) set these themselves,
 * whatever the environment was. Null where the system tells nothing.
 */
export function invitingUser(environment: NodeJS.ProcessEnv): number | null {
  const text = environment['PKEXEC_UID'] ?? environment['SUDO_UID']
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null
}

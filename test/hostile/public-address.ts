import { runTool } from '../support/programs/run-tool.ts'

/**
 * An address in a network reserved for documentation (RFC 5737). It is never in real use, and
 * Kindling treats it as public.
 */
export const publicAddress = `203.0.113.${(process.pid % 250) + 1}`

/**
 * Adds a public address to the loopback interface, so that tests can use a public server without
 * leaving the machine.
 */
export async function addPublicAddress(): Promise<() => Promise<void>> {
  // `replace`, because a run that was killed leaves its address behind.
  await runTool('ip', ['address', 'replace', `${publicAddress}/32`, 'dev', 'lo'])
  return async () => void (await runTool('ip', ['address', 'delete', `${publicAddress}/32`, 'dev', 'lo']))
}

import { runTool } from '../support/run-tool.ts'

/** Of the network that documentation alone uses (RFC 5737): nobody has it, and Kindling takes it for public. */
export const publicAddress = `203.0.113.${(process.pid % 250) + 1}`

/** Gives this machine's loopback a public address, so that a public server can be had without leaving the machine. */
export async function addPublicAddress(): Promise<() => Promise<void>> {
  await runTool('ip', ['address', 'add', `${publicAddress}/32`, 'dev', 'lo'])
  return async () => void (await runTool('ip', ['address', 'delete', `${publicAddress}/32`, 'dev', 'lo']))
}

import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { protocolVersion, type Failed } from '../../../src-main/privileged/messages.ts'
import type { Unprivileged } from '../programs/unprivileged.ts'

/** One helper and the orders sent to it. */
export interface RawSession {
  /**
   * Orders without their ids, each sent after the reply to the previous one. They may be unknown to
   * the protocol.
   */
  orders?: object[]
  /** Permissions of the invitation, by default 0600. */
  mode?: number
  /** A path given to the helper instead of the invitation's. */
  invitation?: string
}

/** Result of a session. */
export interface RawEnd {
  /** True if the helper connected to the socket. */
  met: boolean
  /** Exit code of the elevation tool, which passes on the helper's. */
  code: number | null
  stderr: string
  replies: { id: number; opened?: object; failed?: Failed; warning?: string | null }[]
  /** The first 4096 bytes of slot 0, in latin1. */
  slot: string
}

const program = resolve(import.meta.dirname, 'raw-engine.mjs')

/**
 * Speaks to helpers as an unprivileged program that knows the protocol and may break it.
 * @param elevation – the command line that starts the helper, without the invitation
 */
export async function speakRaw(user: Unprivileged, elevation: string[], sessions: RawSession[]): Promise<RawEnd[]> {
  const told = JSON.stringify({ elevation, version: protocolVersion, sessions })
  const [file, ...args] = user.command([process.execPath, user.seen(program), told])
  const { stdout } = await promisify(execFile)(file!, args, { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout) as RawEnd[]
}

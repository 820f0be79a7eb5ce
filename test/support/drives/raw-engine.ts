import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { protocolVersion, type Failed } from '../../../src-main/privileged/messages.ts'
import type { Unprivileged } from '../unprivileged.ts'

/** One helper and what is said to it. */
export interface RawSession {
  /**
   * Orders without their ids, each sent when the one before it was answered. They may be ones that
   * the protocol does not have.
   */
  orders?: object[]
  /** Permissions of the invitation; 0600 unless given. */
  mode?: number
  /** The path that the helper is given in place of the invitation's. */
  invitation?: string
}

/** What came of a session. */
export interface RawEnd {
  /** Whether the helper came to the socket. */
  met: boolean
  /** Exit code of the elevation tool, which is the helper's. */
  code: number | null
  stderr: string
  replies: { id: number; opened?: object; failed?: Failed; warning?: string | null }[]
  /** The first 4096 bytes of slot 0, in latin1. */
  slot: string
}

const program = resolve(import.meta.dirname, 'raw-engine.mjs')

/**
 * Speaks to helpers as an unprivileged program that knows the protocol, and may break it.
 *
 * @param elevation – the words that start the helper, before its invitation.
 */
export async function speakRaw(user: Unprivileged, elevation: string[], sessions: RawSession[]): Promise<RawEnd[]> {
  const told = JSON.stringify({ elevation, version: protocolVersion, sessions })
  const [file, ...args] = user.command([process.execPath, user.seen(program), told])
  const { stdout } = await promisify(execFile)(file!, args, { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout) as RawEnd[]
}

import { isUtf8 } from 'node:buffer'
import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'

/**
 * Checks that bytes are an Ignition config. With a config that Ignition refuses, a machine stops at
 * its first boot.
 * @param source – path or address of the config, for messages
 * @throws config-refused
 */
export function checkConfig(bytes: Buffer, source: string): void {
  const refuse = (reason: string) => new KindlingError('config-refused', { source, reason })
  if (!isUtf8(bytes)) throw refuse(say('no-utf8'))
  const config = parse(bytes.toString())
  if (config === undefined) throw refuse(say('not-json'))
  const version = (config as { ignition?: { version?: unknown } } | null)?.ignition?.version
  if (Array.isArray(config) || typeof version !== 'string') throw refuse(say('config-without-version'))
  if (!/^3\.\d+\.\d+$/.test(version)) throw refuse(say('config-version', { version }))
}

/** Returns undefined for text that is not JSON. A byte order mark is not JSON either. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

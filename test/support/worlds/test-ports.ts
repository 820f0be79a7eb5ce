import { setTimeout as delay } from 'node:timers/promises'
import { KindlingError } from '../../../src-shared/failure.ts'
import { createHttp } from '../../../src-main/net/http.ts'
import type { Drives, Ports } from '../../../src-main/ports.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'

export interface TestPorts {
  ports: Ports
  dispose(): Promise<void>
}

/**
 * Network timeouts in milliseconds, so long that a busy machine does not give up on a server that a
 * test delays.
 */
const patience = 600_000

/**
 * Makes ports with the real network and clock over private directories. Delays are short. Drives
 * and keys are empty unless given.
 */
export async function makeTestPorts(given: Partial<Ports> = {}): Promise<TestPorts> {
  const home = await makeTemporaryDirectory('kindling-ports-')
  const ports: Ports = {
    now: () => Date.now(),
    sleep: (_, signal) => delay(1, undefined, signal && { signal }),
    random: () => 0.5,
    http: createHttp({ patience: { answer: patience, pause: patience } }),
    paths: { cache: home.file('cache'), config: home.file('config'), state: home.file('state') },
    cacheLimit: () => 5e9,
    drives: noDrives,
    keys: { pinned: [], bundled: async () => null, urls: () => [] },
    version: '0.0.0-test',
    environment: { streamBaseUrl: null, keyring: null, cacheLimit: null },
    ...given,
  }
  return { ports, dispose: () => home.dispose() }
}

const noDrives: Drives = {
  list: async () => [],
  inspect: async (path) => {
    throw new KindlingError('drive-missing', { drive: path })
  },
  open: async (drive) => {
    throw new KindlingError('drive-missing', { drive: drive.name })
  },
  watch: () => () => {},
  overlaps: async () => false,
}

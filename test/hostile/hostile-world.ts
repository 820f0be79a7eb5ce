import { readFile, writeFile } from 'node:fs/promises'
import { createDrives } from '../../src-main/create-drives.ts'
import { digestOf, startHash } from '../../src-main/memory/digest.ts'
import { checkSignature } from '../../src-main/image/proof/signature.ts'
import type { Ports } from '../../src-main/ports.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { JobEvent, SourceSpec } from '../../src-shared/job.ts'
import { fillWithOldBytes } from '../support/worlds/cli-world.ts'
import { startCoreosMirror, type CoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { runJobHere } from '../support/worlds/fetch-job.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import { makeTestPorts } from '../support/worlds/test-ports.ts'
import { GpgHome } from './gpg-home.ts'
import { mib } from '../support/files/mib.ts'

/** Resources for every row of the table: a mirror, a trusted signer, and disk space. */
export interface HostileWorld extends CoreosMirror {
  /** Keys created with gpg; each is created once. */
  gpg: GpgHome
  /** Returns a new path for a file. */
  path(name: string): string
  /** Saves bytes and returns the path. */
  save(name: string, bytes: Uint8Array | string): Promise<string>
  /**
   * Returns ports with new empty directories. They use the real network and real drives. The waits
   * between retries are shortened to 1 ms.
   */
  ports(given?: Partial<Ports>): Promise<Ports>
  /**
   * Fully verifies a signature of the image.
   * @param keyring – path, or null for the pinned keys only
   */
  prove(signature: Uint8Array, keyring: string | null, ports?: Ports): Promise<unknown>
  /**
   * Writes to a drive full of old bytes, and checks the drive against the reported state.
   * @throws the failure
   */
  write(source: Partial<SourceSpec>, onEvent?: (event: JobEvent) => void, ports?: Ports): Promise<JobEvent[]>
}

/** The signed data of tests in which only the signature matters. */
export const signedBytes = Buffer.from('an image'.repeat(10_000))

export async function makeHostileWorld(): Promise<HostileWorld> {
  const [coreos, directory, gpg] = await Promise.all([
    startCoreosMirror({ imageSize: 4 * mib }),
    makeTemporaryDirectory('kindling-hostile-'),
    GpgHome.make(),
  ])
  const disposals: (() => Promise<void>)[] = []
  let names = 0
  const path = (name: string) => directory.file(`${++names}-${name}`)
  const makePorts = async (given: Partial<Ports> = {}) => {
    const { ports, dispose } = await makeTestPorts({ drives: createDrives({ protects: [] }), ...given })
    disposals.push(dispose)
    return ports
  }
  return {
    ...coreos,
    gpg,
    path,
    async save(name, bytes) {
      const file = path(name)
      await writeFile(file, bytes)
      return file
    },
    ports: makePorts,
    async prove(signature, keyring, ports) {
      const check = await checkSignature(ports ?? (await makePorts()), signature, {
        source: 'image.raw',
        keyring,
        retries: 0,
        signal: new AbortController().signal,
        now: Date.now(),
      })
      await check.prove(digestOf(startHash(check.hashName).update(signedBytes)))
      return check.signedBy
    },
    async write(source, onEvent = () => {}, ports) {
      const drive = path('drive.img')
      const before = await fillWithOldBytes(drive, 6 * mib)
      const spec = {
        job: 'write' as const,
        source: { image: { kind: 'stream' as const, ...metal(coreos) }, streamBaseUrl: coreos.baseUrl, ...source },
        drive,
      }
      const withKey = { keyring: coreos.keyringFile, fetchRetries: 0, ...spec.source }
      const events = await runJobHere(ports ?? (await makePorts()), { ...spec, source: withKey }, onEvent)
      const last = events.at(-1)!
      const after = await readFile(drive)
      if (last.event === 'done') {
        expectDriveState(last.receipt?.drive?.state, { before, after, image: coreos.raw })
        return events
      }
      if (last.event !== 'failed') throw new Error(`It ended with ${last.event}`)
      expectDriveState(last.driveState, { before, after })
      const error = KindlingError.revive(last)
      error.driveState = last.driveState
      throw error
    },
    async dispose() {
      for (const dispose of disposals) await dispose()
      await Promise.all([coreos.dispose(), directory.dispose(), gpg.dispose()])
    },
  }
}

const metal = ({ stream, architecture }: CoreosMirror) => ({
  stream,
  architecture,
  platform: 'metal',
  format: 'raw.xz',
})

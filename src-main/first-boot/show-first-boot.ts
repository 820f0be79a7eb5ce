import { createHash } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import type { FirstBootShown } from '../../src-shared/first-boot.ts'
import { say } from '../../src-shared/phrases.ts'
import { openExt4 } from '../identify/ext4.ts'
import { readTarget, readWithin, type ReadAt } from '../identify/read-at.ts'
import { maxConfig } from '../ignition/recognize.ts'
import type { Ports } from '../ports.ts'
import { findBootPartition } from './plan-metal.ts'

/**
 * Reads what a drive will do at its first boot. The drive is opened for reading only.
 * @throws first-boot-unreadable, the failures of the drive
 */
export async function showFirstBoot(ports: Ports, path: string): Promise<FirstBootShown> {
  const drive = await ports.drives.inspect(path)
  const target = await ports.drives.open(drive, 'read')
  try {
    const shown = await readBoot(readTarget(target, new AbortController().signal))
    return { drive: drive.identity, ...shown }
  } catch (error) {
    const reason = error instanceof RangeError ? say('boot-not-ext4') : reasonOfUnsupported(error)
    if (reason === undefined) throw error
    throw new KindlingError('first-boot-unreadable', { drive: drive.identity.device, reason }, { cause: error })
  } finally {
    await target.close().catch(() => undefined)
  }
}

const reasonOfUnsupported = (error: unknown): string | undefined =>
  error instanceof KindlingError && error.code === 'first-boot-unsupported'
    ? String(error.details['reason'])
    : undefined

async function readBoot(read: ReadAt): Promise<Omit<FirstBootShown, 'drive'>> {
  const files = await openExt4(readWithin(read, await findBootPartition(read)))
  if (files === null) throw new KindlingError('first-boot-unsupported', { reason: say('boot-not-ext4') })
  const config = await files.read('ignition/config.ign', maxConfig)
  const stamp = await files.read('ignition.firstboot')
  const names = ((await files.list('loader/entries')) ?? []).filter((each) => each.endsWith('.conf'))
  const entry = await files.read(`loader/entries/${names.toSorted().at(-1)}`)
  const kernelArguments = /^options (.*)$/m.exec(entry?.toString() ?? '')?.[1]?.trim() ?? null
  return {
    pending: stamp !== null,
    config: config && { sha256: createHash('sha256').update(config).digest('hex'), size: config.length },
    kernelArguments,
    platform: lastOf(kernelArguments, /(?:^|\s)ignition\.platform\.id=(\S+)/g),
    firstbootArgs: lastOf(stamp?.toString(), /^set ignition_network_kcmdline="(.*)"$/gm),
    keyfiles: ((await files.list('coreos-firstboot-network')) ?? []).filter((name) => !/^\.\.?$/.test(name)).toSorted(),
  }
}

const lastOf = (text: string | null | undefined, pattern: RegExp): string | null =>
  [...(text ?? '').matchAll(pattern)].at(-1)?.[1] ?? null

import { createHash } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import type { FirstBootShown } from '../../src-shared/first-boot.ts'
import { say } from '../../src-shared/phrases.ts'
import { openExt4 } from '../identify/ext4.ts'
import { readTarget, readWithin, type ReadAt } from '../identify/read-at.ts'
import { maxConfig } from '../ignition/recognize.ts'
import type { Ports } from '../ports.ts'
import { decodeContents, type EncodedContents } from '../ignition/data-url.ts'
import type { Config } from '../ignition/shapes.ts'
import type { NamedFile } from './first-boot.ts'
import { readKargs, type LiveAreas } from './live-areas.ts'
import { attemptLiveAreas } from './live-changes.ts'
import { configMember, networkMember } from './pack-initrd.ts'
import { findBootPartition } from './plan-metal.ts'
import { unpackInitrd } from './unpack-initrd.ts'

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
  const areas = await attemptLiveAreas(read)
  return areas === null ? readMetal(read) : readLive(read, areas)
}

async function readLive(read: ReadAt, { initrd, kargs }: LiveAreas): Promise<Omit<FirstBootShown, 'drive'>> {
  const members = await unpackInitrd(await read(initrd.start, initrd.end - initrd.start))
  if (members === null) throw new KindlingError('first-boot-unsupported', { reason: say('iso-archive') })
  const config = members.find(({ name }) => name === configMember)?.bytes ?? null
  const kernelArguments = kargs && (await readKargs(read, kargs.areas[0]!))
  const isConnection = ({ name }: NamedFile) => name.startsWith(networkMember)
  return {
    live: true,
    pending: true,
    installsOn:
      (config && findDestDevice(config)) ?? lastOf(kernelArguments, /(?:^|\s)coreos\.inst\.install_dev=(\S+)/g),
    config: config && describeConfig(config),
    kernelArguments,
    platform: lastOf(kernelArguments, platformArgument),
    firstbootArgs: null,
    keyfiles: members.filter(isConnection).map(({ name }) => name.slice(networkMember.length)),
  }
}

/** Finds the disk that a config names to the installer; null for none, or for no config. */
function findDestDevice(config: Buffer): string | null {
  try {
    const { storage } = JSON.parse(config.toString()) as Config
    const files = storage!.files!.filter(({ path }) => path!.startsWith('/etc/coreos/installer.d/'))
    const texts = files.map(({ contents }) => decodeContents(contents as EncodedContents).toString())
    return lastOf(texts.join('\n'), /(?:^|[{,\s])"?dest-device"?: *"?([^"\s,}]+)/gm)
  } catch {
    return null
  }
}

const describeConfig = (config: Buffer) => ({
  sha256: createHash('sha256').update(config).digest('hex'),
  size: config.length,
})

const platformArgument = /(?:^|\s)ignition\.platform\.id=(\S+)/g

async function readMetal(read: ReadAt): Promise<Omit<FirstBootShown, 'drive'>> {
  const files = await openExt4(readWithin(read, await findBootPartition(read)))
  if (files === null) throw new KindlingError('first-boot-unsupported', { reason: say('boot-not-ext4') })
  const config = await files.read('ignition/config.ign', maxConfig)
  const stamp = await files.read('ignition.firstboot')
  const names = ((await files.list('loader/entries')) ?? []).filter((each) => each.endsWith('.conf'))
  const entry = await files.read(`loader/entries/${names.toSorted().at(-1)}`)
  const kernelArguments = /^options (.*)$/m.exec(entry?.toString() ?? '')?.[1]?.trim() ?? null
  return {
    live: false,
    pending: stamp !== null,
    installsOn: null,
    config: config && describeConfig(config),
    kernelArguments,
    platform: lastOf(kernelArguments, platformArgument),
    firstbootArgs: lastOf(stamp?.toString(), /^set ignition_network_kcmdline="(.*)"$/gm),
    keyfiles: ((await files.list('coreos-firstboot-network')) ?? []).filter((name) => !/^\.\.?$/.test(name)).toSorted(),
  }
}

const lastOf = (text: string | null | undefined, pattern: RegExp): string | null =>
  [...(text ?? '').matchAll(pattern)].at(-1)?.[1] ?? null

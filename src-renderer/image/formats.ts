import type { Artifact, Catalog } from '../../src-shared/artifact.ts'

/**
 * The platform whose images are made for drives. It is the only platform that the window knows by
 * name.
 */
export const bareMetal = 'metal'

/** Preferred order of formats. Other formats follow in the stream's order. */
const usualOrder = ['raw.xz', 'iso', '4k.raw.xz']

/**
 * Returns one architecture's artifacts that consist of a single file. Formats with several files
 * (`pxe`) cannot be written to a drive.
 */
export function singleFiles(catalog: Catalog, architecture: string): Artifact[] {
  return catalog.artifacts.filter((one) => one.architecture === architecture && one.name === 'disk')
}

/**
 * All files of one format. Most formats are one file; some, such as `pxe`, are several files that
 * only work together.
 */
export interface ArtifactSet {
  key: string
  architecture: string
  platform: string
  format: string
  files: Artifact[]
}

/** Platforms that most people look for, in this order. Others follow by name. */
const usualPlatforms = [bareMetal, 'qemu', 'aws', 'azure', 'gcp', 'openstack', 'vmware', 'virtualbox']

/**
 * Returns every format of every platform and architecture: usual platforms first, and in each the
 * usual formats first.
 */
export function artifactSets({ artifacts }: Catalog): ArtifactSet[] {
  const sets = new Map<string, ArtifactSet>()
  for (const artifact of artifacts) {
    const { architecture, platform, format } = artifact
    const key = `${architecture} ${platform} ${format}`
    const set = sets.get(key) ?? { key, architecture, platform, format, files: [] }
    set.files.push(artifact)
    sets.set(key, set)
  }
  const rankIn = (usual: string[], name: string) => (usual.includes(name) ? usual.indexOf(name) : usual.length)
  return [...sets.values()].toSorted(
    (a, b) =>
      rankIn(usualPlatforms, a.platform) - rankIn(usualPlatforms, b.platform) ||
      a.platform.localeCompare(b.platform, 'en') ||
      rankIn(usualOrder, a.format) - rankIn(usualOrder, b.format),
  )
}

/**
 * Returns the architectures of a catalog.
 * @param first – this machine's architecture, which is moved to the front if the stream has it
 */
export function architecturesOf(catalog: Catalog, first: string): string[] {
  const all = unique(catalog.artifacts.map((one) => one.architecture))
  return all.toSorted((a, b) => Number(b === first) - Number(a === first))
}

export const platformsOf = (artifacts: Artifact[]): string[] => unique(artifacts.map(({ platform }) => platform))

export function formatsOf(artifacts: Artifact[], platform: string): string[] {
  const formats = unique(artifacts.filter((one) => one.platform === platform).map(({ format }) => format))
  const usual = usualOrder.filter((format) => formats.includes(format))
  return [...usual, ...formats.filter((format) => !usual.includes(format))]
}

/** Whether files of a format hold a disk as it is, so that they can be written to a drive. */
export const isWritable = (format: string): boolean => /(^|\.)(raw|iso)(\.|$)/.test(format)

/**
 * Returns the logical sector size, in bytes, that a bare-metal format is made for, or null if it
 * fits any drive. The GPT of such an image starts at the second sector (design, decision 1.3). This
 * is only a hint: the job inspects the image itself.
 */
export function sectorSizeOf(format: string): 512 | 4096 | null {
  if (format === 'raw.xz') return 512
  return format === '4k.raw.xz' ? 4096 : null
}

/**
 * Returns the format of the same platform that fits a drive's sector size, or null if there is
 * none.
 */
export function formatFor(sectorSize: number, formats: string[]): string | null {
  return formats.find((format) => sectorSizeOf(format) === sectorSize) ?? null
}

const unique = (all: string[]): string[] => [...new Set(all)]

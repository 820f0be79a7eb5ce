import type { Artifact, Catalog } from '../../src-shared/artifact.ts'

/** The platform whose images are made for drives; the only one that the window knows by name. */
export const bareMetal = 'metal'

/** Shown in this order when the stream has them; others follow in the stream's order. */
const usualOrder = ['raw.xz', 'iso', '4k.raw.xz']

/** The artifacts of one architecture that are one file each: several files (`pxe`) are nothing for a drive. */
export function singleFiles(catalog: Catalog, architecture: string): Artifact[] {
  return catalog.artifacts.filter((one) => one.architecture === architecture && one.name === 'disk')
}

/** All files of one format: one for most, several that only work together for formats like `pxe`. */
export interface ArtifactSet {
  key: string
  architecture: string
  platform: string
  format: string
  files: Artifact[]
}

/** Every format of every platform and architecture, in the catalog's order. */
export function artifactSets({ artifacts }: Catalog): ArtifactSet[] {
  const sets = new Map<string, ArtifactSet>()
  for (const artifact of artifacts) {
    const { architecture, platform, format } = artifact
    const key = `${architecture} ${platform} ${format}`
    const set = sets.get(key) ?? { key, architecture, platform, format, files: [] }
    set.files.push(artifact)
    sets.set(key, set)
  }
  return [...sets.values()]
}

/** @param first this machine's, which comes before the others where the stream has it */
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

/**
 * Bytes of a logical sector that an image of bare metal is made for: its GPT starts at the second sector (design,
 * decision 1.3). Null for what fits any drive. A hint: the job looks into the image itself.
 */
export function sectorSizeOf(format: string): 512 | 4096 | null {
  if (format === 'raw.xz') return 512
  return format === '4k.raw.xz' ? 4096 : null
}

/** The format of the same platform for a drive's sectors, or null when there is none. */
export function formatFor(sectorSize: number, formats: string[]): string | null {
  return formats.find((format) => sectorSizeOf(format) === sectorSize) ?? null
}

const unique = (all: string[]): string[] => [...new Set(all)]

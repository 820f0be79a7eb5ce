import type { SourceSpec } from '../../src-shared/job.ts'
import { pathOfUrl } from '../../src-shared/file-url.ts'
import { readSha256 } from '../../src-shared/read-sha256.ts'
import { usualStream } from '../../src-shared/usual-stream.ts'
import {
  architecturesOf,
  bareMetal,
  formatFor,
  formatsOf,
  isWritable,
  platformsOf,
  sectorSizeOf,
  singleFiles,
} from './formats.ts'
import type { Catalogs } from './catalogs.ts'
import type { ReleaseList } from './release-list.svelte.ts'
import type { StreamCatalog } from './stream-catalog.svelte.ts'

export type ImageKind = 'stream' | 'file' | 'url'

const usualFormat = 'raw.xz'

/** The drives that the image is for, as far as they decide on its format. */
export interface TargetDrives {
  /** Sector size, in bytes, of all chosen drives; null if none is chosen or if they differ. */
  sectorSize: number | null
  /** Whether a disk-image file is among them, which has no sectors of its own. */
  anyFile: boolean
}

/** The image that the user chose, and the proofs that they supplied for it. */
export class ImageChoice {
  kind = $state<ImageKind>('stream')
  path = $state('')
  url = $state('')
  signature = $state('')
  sha256 = $state('')
  checksumFile = $state('')
  keyring = $state('')
  readonly #catalogs: Catalogs
  readonly #machine: () => string
  readonly #targets: () => TargetDrives
  catalog: StreamCatalog = $state.raw()!
  #architecture = $state<string | null>(null)
  #platform = $state(bareMetal)
  #format = $state(usualFormat)

  /**
   * @param machine – returns this machine's architecture, or an empty string while it is unknown
   */
  constructor(catalogs: Catalogs, machine: () => string, targets: () => TargetDrives) {
    this.#catalogs = catalogs
    this.#targets = targets
    this.catalog = catalogs.of(usualStream)
    this.#machine = machine
  }

  get stream(): string {
    return this.catalog.stream
  }

  /** The chosen release; null for the stream as it is now. */
  get release(): string | null {
    return this.catalog.release
  }

  get releases(): ReleaseList {
    return this.#catalogs.releasesOf(this.stream)
  }

  readonly architectures = $derived.by(() =>
    this.catalog.catalog ? architecturesOf(this.catalog.catalog, this.#machine()) : [],
  )
  /**
   * The chosen architecture. Defaults to this machine's, or to the stream's first if the stream has
   * no image for it.
   */
  readonly architecture = $derived.by(() => within(this.#architecture ?? this.#machine(), this.architectures))
  readonly #files = $derived.by(() =>
    this.catalog.catalog ? singleFiles(this.catalog.catalog, this.architecture) : [],
  )
  readonly platforms = $derived(platformsOf(this.#files))
  readonly platform = $derived(within(this.#platform, this.platforms))
  readonly formats = $derived(formatsOf(this.#files, this.platform))
  /**
   * The chosen format. Formats that differ only in the sector size are one choice: the drives
   * decide between them.
   */
  readonly format = $derived.by(() => {
    const { sectorSize } = this.#targets()
    const isBound = sectorSizeOf(this.#format) !== null
    const fitting = isBound && sectorSize !== null ? formatFor(sectorSize, this.formats) : null
    return fitting ?? within(this.#format, this.formats)
  })
  /** The formats to choose from. */
  readonly bareMetalFormats = $derived.by(() => {
    const all = formatsOf(this.#files, bareMetal)
    return all.includes(usualFormat)
      ? all.filter((format) => format === usualFormat || sectorSizeOf(format) === null)
      : all
  })
  /**
   * The formats that differ in the sector size alone, if the user has to choose between them: for a
   * disk-image file, which can be written in either.
   */
  readonly sectorFormats = $derived.by(() => {
    const { anyFile, sectorSize } = this.#targets()
    const isAsked = this.kind === 'stream' && anyFile && sectorSize === null
    return isAsked && this.platform === bareMetal && sectorSizeOf(this.format) !== null
      ? this.formats.filter((format) => sectorSizeOf(format) !== null)
      : []
  })
  readonly artifact = $derived(
    this.#files.find(({ platform, format }) => platform === this.platform && format === this.format) ?? null,
  )

  /** The parsed hash; null if the field is empty. */
  readonly sha256Reading = $derived(this.sha256.trim() === '' ? null : readSha256(this.sha256))
  readonly urlWrong = $derived(this.url.trim() !== '' && !isAddress(this.url.trim()))

  /** The source for a job, or null while the choice is incomplete. */
  readonly source: SourceSpec | null = $derived.by(() => {
    if (this.kind === 'stream') {
      if (this.artifact === null) return null
      const { stream, architecture, platform, format, release } = this.artifact
      return { image: { kind: 'stream', stream, architecture, platform, format, release } }
    }
    if (this.sha256Reading?.sha256 === null) return null
    const proofs = {
      ...given('signature', pathOfUrl(this.signature.trim())),
      ...given('sha256', this.sha256Reading?.sha256 ?? ''),
      ...given('checksumFile', pathOfUrl(this.checksumFile.trim())),
      ...given('keyring', pathOfUrl(this.keyring.trim())),
    }
    if (this.kind === 'file') return this.path === '' ? null : { image: { kind: 'file', path: this.path }, ...proofs }
    return isAddress(this.url.trim()) ? { image: { kind: 'url', url: this.url.trim() }, ...proofs } : null
  })

  readStream(stream: string, release: string | null = null): void {
    this.catalog = this.#catalogs.of(stream, release)
    void this.catalog.read()
  }

  /**
   * @param release – null for the stream as it is now
   */
  readRelease(release: string | null): void {
    this.readStream(this.stream, release)
  }

  /** Copies another choice. */
  adopt(other: ImageChoice): void {
    const { kind, path, url, signature, sha256, checksumFile, keyring, catalog } = other
    Object.assign(this, { kind, path, url, signature, sha256, checksumFile, keyring, catalog })
    this.#architecture = other.#architecture
    this.#platform = other.#platform
    this.#format = other.#format
  }

  chooseArchitecture(architecture: string): void {
    this.#architecture = architecture
  }

  formatsOf(platform: string): string[] {
    return formatsOf(this.#files, platform)
  }

  choosePlatform(platform: string): void {
    this.#platform = platform
    const formats = this.formatsOf(platform)
    this.#format = formats.find(isWritable) ?? formats[0] ?? usualFormat
  }

  chooseFormat(format: string, platform = this.platform): void {
    this.#platform = platform
    this.#format = format
  }

  chooseStream({
    stream,
    architecture,
    platform,
    format,
  }: Record<'stream' | 'architecture' | 'platform' | 'format', string>): void {
    this.kind = 'stream'
    this.#architecture = architecture
    this.chooseFormat(format, platform)
    this.readStream(stream)
  }

  chooseFile(path: string): void {
    this.kind = 'file'
    if (this.path !== path) this.#forgetProofs()
    this.path = path
  }

  chooseUrl(url: string): void {
    this.kind = 'url'
    if (this.url !== url) this.#forgetProofs()
    this.url = url
  }

  /** Clears the proofs: they belong to one image and would be wrong for another. */
  #forgetProofs(): void {
    this.signature = ''
    this.sha256 = ''
    this.checksumFile = ''
  }
}

const within = (wanted: string, offered: string[]): string =>
  offered.includes(wanted) || offered.length === 0 ? wanted : offered[0]!

const isAddress = (text: string): boolean => /^https?:\/\/./i.test(text) && URL.canParse(text)

const given = <K extends string>(name: K, value: string): { [key in K]?: string } =>
  value.trim() === '' ? {} : ({ [name]: value.trim() } as { [key in K]: string })

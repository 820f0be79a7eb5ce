import { resolve } from 'node:path'
import type { Api } from '../../../src-shared/api.ts'
import { driveIdentity, type Drive } from '../../../src-shared/drive.ts'
import type { FirstBootSpec, LiveSpec } from '../../../src-shared/first-boot.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { SimpleAnswers } from '../../../src-shared/simple-answers.ts'
import type { AnyJobSpec, SourceSpec, WriteSpec } from '../../../src-shared/job.ts'
import { plain } from '../../../src-shared/plain.ts'
import { isWebAddress } from '../../../src-shared/web-address.ts'
import { defaultBaseUrl } from '../../catalog/known-streams.ts'
import { parseUrl, showUrl } from '../../net/http.ts'
import { guardAnswers } from './guard-answers.ts'
import type { PageGrants, PathPurpose } from './page-grants.ts'
import type { QuestionName } from './window-words.ts'

type ProofFile = 'signature' | 'checksumFile' | 'keyring'

/**
 * Asks the user outside the page.
 * @param facts – names, paths and addresses, safe to show
 */
export type Ask = (question: QuestionName, facts: string[]) => Promise<boolean>

/**
 * Returns the part of the core that the page may call. A folder, a file in the settings and a
 * disk-image file must have been granted, and a drive must have been listed. The user is asked
 * about other files, about servers, and about trust in anything other than Fedora's keys. Every
 * call is listed here, so that a new one is considered.
 */
export function guardPage(api: Api, grants: PageGrants, ask: Ask, keep: (answers: SimpleAnswers) => void): Api {
  /** Identities of the drives that the core has sent to the page. */
  const listed = new Set<string>()
  const asking = new Map<string, Promise<void>>()

  const list = (drives: Drive[]) => drives.forEach(({ identity }) => listed.add(keyOf(identity)))

  /** @throws declined */
  async function agree(question: QuestionName, ...facts: string[]): Promise<void> {
    if (!(await ask(question, facts))) throw new KindlingError('declined')
  }

  /** Shares one question between tabs that read the same image at the same time. */
  function grantOnce(key: string, act: () => Promise<void>): Promise<void> {
    const asked = asking.get(key) ?? act().finally(() => asking.delete(key))
    asking.set(key, asked)
    return asked
  }

  function requirePath(purpose: PathPurpose, path: string): void {
    if (!grants.hasPath(purpose, path)) throw refuse(`No person chose ${plain(path)}`)
  }

  async function askForFile(purpose: 'image' | 'ignition' | ProofFile, path: string): Promise<void> {
    if (grants.hasPath(purpose, path)) return
    await grantOnce(`${purpose} ${path}`, async () => {
      await agree('file', showPath(path))
      grants.addPath(purpose, path)
    })
  }

  /**
   * Asks the user about a server. The server of the streams needs no question: Kindling always
   * reads from it.
   */
  async function askForServer(address: string): Promise<void> {
    const url = parseUrl(address)
    if (grants.hasServer(url.href)) return
    const surroundings = await api.surroundings({})
    const streams = (surroundings.ok ? surroundings.value.streamBaseUrl : null) ?? defaultBaseUrl
    if (URL.canParse(streams) && new URL(streams).origin === url.origin) return
    await grantOnce(url.origin, async () => {
      await agree('server', showUrl(url))
      grants.addServer(url.href)
    })
  }

  /** Asks the user about everything that a source reads. */
  async function requireSource(source: SourceSpec): Promise<void> {
    const { image, signature, checksumFile, keyring, streamBaseUrl } = source
    requireNoMirror(streamBaseUrl)
    if (image.kind === 'file') await askForFile('image', image.path)
    if (image.kind === 'url') await askForServer(image.url)
    for (const [purpose, place] of Object.entries({ signature, checksumFile }) as [ProofFile, string | undefined][])
      if (place !== undefined) await (isWebAddress(place) ? askForServer(place) : askForFile(purpose, place))
    if (keyring !== undefined) await askForFile('keyring', keyring)
  }

  /**
   * Asks the user about everything that a job would trust in addition to Fedora's keys.
   * @param places – targets of the image
   */
  async function requireTrust(source: SourceSpec, places: string[]): Promise<void> {
    const { image, signature, sha256, checksumFile, keyring, insecure } = source
    const way = [nameSource(image), ...places].join(' → ')
    if (insecure) await agree('unproved', way)
    // A checksum replaces a signature where none is required (image/proof/trust.ts).
    else if (signature === undefined && image.kind !== 'stream') {
      if (sha256 !== undefined) await agree('sum', way, sha256)
      else if (checksumFile !== undefined) await agree('list', way, showPlace(checksumFile))
    }
    if (keyring !== undefined) await agree('keys', way, showPath(keyring))
  }

  /**
   * Lets the page set up a first boot by a config of this machine, by the answers of its form, and
   * by a disk to install on. Refuses anything else.
   */
  async function requireFirstBoot({ ignition, answers, live, ...others }: FirstBootSpec): Promise<void> {
    const areAlone = (given: object, known: string[]) => Object.keys(given).every((name) => known.includes(name))
    if (!areAlone(others, ['acceptNoLogin']) || !areAlone(live ?? {}, ['destDevice', 'destWipe', 'acceptInstall']))
      throw refuse('The page sets up a first boot by a file, by answers and by a disk alone')
    if (ignition === undefined ? answers === undefined && live === undefined : answers !== undefined)
      throw refuse('The page sets up a first boot by a file or by answers')
    if (live !== undefined) await askForDisk(live)
    if (answers !== undefined) await requireAnswers(answers)
    if (ignition === undefined) return
    if (isWebAddress(ignition.location)) throw refuse('The page sets up a first boot by a file alone')
    await askForFile('ignition', ignition.location)
  }

  /** Asks the user about a disk that a machine erases by itself when it starts from the drive. */
  async function askForDisk({ destDevice: device, destWipe: wipes = false }: LiveSpec): Promise<void> {
    if (device === undefined) throw refuse('The page names no disk to install on')
    if (grants.hasDisk(device, wipes)) return
    await agree(wipes ? 'installWipe' : 'install', plain(device))
    grants.addDisk(device, wipes)
  }

  async function requireAnswers(answers: SimpleAnswers): Promise<void> {
    await guardAnswers(answers, grants, ask)
    // Only what passed is kept: the next page may repeat it without a question.
    if (answers.sshKeys.length > 0) keep(answers)
  }

  async function requireJob(spec: AnyJobSpec | WriteSpec): Promise<void> {
    const drives = 'drives' in spec ? spec.drives : 'drive' in spec ? [spec] : []
    for (const { drive, identity } of drives)
      if (identity === undefined || identity.device !== drive || !listed.has(keyOf(identity)))
        throw refuse(`${plain(drive)} was not listed`)
    if (!('source' in spec)) {
      if (spec.job === 'restore') return
      if (spec.job === 'save') {
        if (spec.replace !== undefined) throw refuse('The page does not decide what is replaced')
        return requirePath('save', spec.output)
      }
      return requireNoMirror(spec.streamBaseUrl)
    }
    if ('directory' in spec && (spec.firstBoot ?? spec.loader) !== undefined)
      throw refuse('The page sets up the first boot of drives alone')
    if ('firstBoot' in spec && spec.firstBoot !== undefined) await requireFirstBoot(spec.firstBoot)
    if ('receipt' in spec && spec.receipt !== undefined) throw refuse('The page names no receipt')
    if ('directory' in spec) requirePath('download', spec.directory)
    await requireSource(spec.source)
    await requireTrust(
      spec.source,
      'directory' in spec ? [showPath(spec.directory)] : drives.map(({ drive }) => showPath(drive)),
    )
  }

  return {
    surroundings: api.surroundings,
    async catalog(args) {
      requireNoMirror(args.streamBaseUrl)
      return api.catalog(args)
    },
    async releases(args) {
      requireNoMirror(args.streamBaseUrl)
      return api.releases(args)
    },
    async drives(args) {
      const answer = await api.drives(args)
      if (answer.ok) list(answer.value)
      return answer
    },
    async inspectDrive(args) {
      requirePath('drive', args.path)
      const answer = await api.inspectDrive(args)
      if (answer.ok) {
        list([answer.value])
        grants.addPath('drive', answer.value.identity.device)
      }
      return answer
    },
    cache: api.cache,
    clearCache: api.clearCache,
    checkFirstBoot: () => Promise.reject(refuse('The page sets up no first boot')),
    firstBoot: () => Promise.reject(refuse('The page reads no first boot')),
    async preview(args) {
      await requireSource(args.source)
      return api.preview(args)
    },
    sizes: api.sizes,
    async checkIgnition(args) {
      await askForFile('ignition', args.path)
      return api.checkIgnition(args)
    },
    async recentImages(args) {
      const answer = await api.recentImages(args)
      if (answer.ok)
        for (const { image } of answer.value) {
          if (image.kind === 'file') grants.addPath('image', image.path)
          if (image.kind === 'url') grants.addServer(image.url)
        }
      return answer
    },
    settings: api.settings,
    async changeSettings(args) {
      const { streamBaseUrl, keyring, cacheDirectory, verify } = args.changes
      if (keyring != null) requirePath('keyring', keyring)
      if (cacheDirectory != null) requirePath('cache', cacheDirectory)
      if (streamBaseUrl != null) await agree('mirror', showUrl(streamBaseUrl))
      if (keyring != null) await agree('keyring', showPath(keyring))
      if (verify === false) await agree('noReadBack')
      return api.changeSettings(args)
    },
    async start({ spec }) {
      await requireJob(spec)
      // The dialog of the system asks about a file that exists.
      return api.start({ spec: spec.job === 'save' ? { ...spec, replace: true } : spec })
    },
    async startWrites(args) {
      await requireJob(args.spec)
      return api.startWrites(args)
    },
    cancel: api.cancel,
    subscribe: (listener, topics) =>
      api.subscribe((news) => {
        if (news.news === 'drives') list(news.drives)
        listener(news)
      }, topics),
  }
}

/**
 * Refuses a mirror that the page names. The page reads from the mirror of the settings or the
 * environment.
 */
function requireNoMirror(streamBaseUrl: string | undefined): void {
  if (streamBaseUrl !== undefined) throw refuse('The page names no mirror')
}

/** Serializes an identity with its properties in a fixed order. */
const keyOf = (identity: Drive['identity']): string => JSON.stringify(driveIdentity.parse(identity))

function nameSource(image: SourceSpec['image']): string {
  if (image.kind === 'file') return showPath(image.path)
  if (image.kind === 'url') return showUrl(image.url)
  return plain([image.stream, image.architecture, image.platform, image.format].join(' '), 300)
}

const showPlace = (place: string): string => (isWebAddress(place) ? showUrl(place) : showPath(place))

/** Shortens a path to its two ends: a system's dialog does not have room for more. */
function showPath(path: string): string {
  const whole = plain(resolve(path), 5000)
  return whole.length > 300 ? `${whole.slice(0, 100)} … ${whole.slice(-200)}` : whole
}

const refuse = (reason: string): KindlingError => new KindlingError('usage', { reason })

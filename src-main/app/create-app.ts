import type { Api, Arguments } from '../../src-shared/api.ts'
import { toFailure } from '../../src-shared/failure.ts'
import { ok, type Result } from '../../src-shared/result.ts'
import type { SavedSettings } from '../../src-shared/settings.ts'
import { hostArchitecture } from '../catalog/host-architecture.ts'
import { defaultBaseUrl, knownStreams } from '../catalog/known-streams.ts'
import { listReleases } from '../catalog/read-updates.ts'
import { readAgreed } from '../catalog/select-agreed.ts'
import type { Ports } from '../ports.ts'
import { applySettings } from '../settings/apply-settings.ts'
import { checkChanges } from '../settings/check-changes.ts'
import { listRecentImages } from '../settings/recent-images.ts'
import { Announcements } from './announcements.ts'
import { CurrentSettings } from './current-settings.ts'
import { JobRunner, loadJobs } from './job-runner.ts'

/**
 * Creates the API: everything Kindling can do. Each call uses the settings that are in effect at
 * the time of the call.
 * @param onError – receives every error as it was thrown, with its causes, before the error becomes
 *   a failure. Its second argument is the job that the error ended, or null.
 */
export function createApp(world: Ports, onError: (error: unknown, job: string | null) => void = () => {}): Api {
  const announcements = new Announcements(world.drives)
  const announce = announcements.announce.bind(announcements)
  const settings = new CurrentSettings(world, announce)
  const jobs = new JobRunner(world, { announce, onError })

  /**
   * Runs a call with the current settings, and turns an error into a failure.
   * @param act – receives the ports with the current settings applied
   */
  async function answer<T>(act: (ports: Ports, saved: SavedSettings) => T | Promise<T>): Promise<Result<T>> {
    try {
      const saved = await settings.read()
      return ok(await act(applySettings(world, saved), saved))
    } catch (error) {
      onError(error, null)
      return { ok: false, failure: toFailure(error) }
    }
  }

  return {
    surroundings: () =>
      answer(({ version, environment: { streamBaseUrl, keyring } }) => ({
        version,
        architecture: hostArchitecture(),
        streams: [...knownStreams],
        streamBaseUrl,
        keyring,
      })),
    catalog: (args) => answer((ports) => readAgreed(ports, { ...wishOf(ports, args), release: args.release })),
    releases: (args) => answer((ports) => listReleases(ports, wishOf(ports, args))),
    drives: () => answer((ports) => ports.drives.list()),
    inspectDrive: ({ path }) => answer((ports) => ports.drives.inspect(path)),
    cache: () => answer(async (ports) => (await loadJobs()).listCache(ports)),
    checkFirstBoot: ({ firstBoot }) =>
      answer(async (ports) => {
        // Loads a YAML parser, which no other call needs.
        const { readFirstBoot } = await import('../first-boot/read-first-boot.ts')
        await readFirstBoot(
          ports,
          firstBoot,
          { release: null, hostnames: [undefined] },
          { signal: new AbortController().signal, warn: () => undefined },
        )
        return null
      }),
    firstBoot: ({ drive }) =>
      answer(async (ports) => (await import('../first-boot/show-first-boot.ts')).showFirstBoot(ports, drive)),
    clearCache: () => answer(async (ports) => (await loadJobs()).clearCache(ports)),
    preview: ({ source }) => answer(async (ports) => (await loadJobs()).previewSource(ports, source)),
    sizes: ({ stream, release, ...of }) =>
      answer(async (ports) => (await loadJobs()).askSizes(ports, { ...of, ...wishOf(ports, { stream }), release })),
    checkIgnition: ({ path, release }) =>
      // Loads a parser that no other call needs.
      answer(async () => (await import('../ignition/check-file.ts')).checkFile(path, release)),
    recentImages: () => answer(() => listRecentImages(world)),
    settings: () => answer((_, saved) => settings.describe(saved)),
    changeSettings: ({ changes }) =>
      answer(async () => {
        await checkChanges(changes)
        return settings.change(changes)
      }),
    start: ({ spec }) => answer(async (ports, saved) => ({ id: await jobs.start(ports, saved, spec) })),
    startWrites: ({ spec }) => answer(async (ports, saved) => ({ ids: await jobs.startWrites(ports, saved, spec) })),
    // Does not read the settings first: the read may be slow, and a cancel must take effect
    // immediately.
    async cancel({ id }) {
      jobs.cancel(id)
      return ok(null)
    },
    subscribe: (listener, topics = ['drives', 'job', 'settings']) => announcements.subscribe(listener, topics),
  }
}

const wishOf = ({ environment }: Ports, { stream, streamBaseUrl, offline = false }: Arguments<'releases'>) => ({
  stream,
  baseUrl: streamBaseUrl ?? environment.streamBaseUrl ?? defaultBaseUrl,
  offline,
})

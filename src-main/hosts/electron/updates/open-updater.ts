import { posix } from 'node:path'
import { app } from 'electron'
import type { AppAdapter } from 'electron-updater/out/AppAdapter.js'
import type { AppUpdater } from 'electron-updater/out/AppUpdater.js'
import type { Provider } from 'electron-updater/out/providers/Provider.js'
import type { ResolvedUpdateFileInfo, UpdateInfo } from 'electron-updater/out/types.js'
import { KindlingError, reasonOf } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import type { Ports } from '../../../ports.ts'
import { unproved } from '../../../updates/prove-update.ts'
import type { Updater } from '../../../updates/updates.ts'
import { UpdateHttp } from './update-http.ts'

/** The parts of electron-updater that it keeps to itself, and that are needed to leave out what Kindling does in its own way. */
interface Inside {
  httpExecutor: UpdateHttp
  stagingUserIdPromise: { value: Promise<string> }
  updateInfoAndProvider: { info: UpdateInfo; provider: Provider<UpdateInfo> } | null
}

/** What a release calls the package that replaces this one (`artifactName` in electron-builder.yml). */
function nameOf(version: string): string {
  const { arch, platform } = process
  if (platform === 'darwin') return `kindling-${version}-mac-universal.zip`
  if (platform === 'win32') return `kindling-${version}-win-${arch}.exe`
  return `kindling-${version}-linux-${arch === 'x64' ? 'x86_64' : arch}.AppImage`
}

/**
 * electron-updater, over Kindling's own network, deciding nothing by itself.
 * @param feed the file that says where to look, as packaging writes it
 */
export async function openUpdater(ports: Pick<Ports, 'http' | 'paths'>, feed: string): Promise<Updater> {
  const adapter: AppAdapter = {
    version: app.getVersion(),
    name: 'kindling',
    isPackaged: true,
    appUpdateConfigPath: feed,
    userDataPath: ports.paths.cache,
    baseCachePath: ports.paths.cache,
    whenReady: async () => {},
    relaunch: () => app.relaunch(),
    quit: () => app.quit(),
    onQuit: () => {},
  }
  const { updater, prove } = await createUpdater(adapter)
  const http = new UpdateHttp(ports.http)
  // Nobody is counted, so nobody has a number.
  const inside = Object.assign(updater as unknown as Inside, {
    httpExecutor: http,
    stagingUserIdPromise: { value: Promise.resolve('') },
  })
  updater.logger = null
  updater.autoDownload = false
  updater.autoInstallOnAppQuit = false
  updater.disableWebInstaller = true
  updater.disableDifferentialDownload = true
  updater.isUserWithinRollout = () => true

  /** What went wrong on the way to the server is said by who went it. */
  async function withHttp<T>(signal: AbortSignal, code: 'update-unreadable' | 'update-failed', act: () => Promise<T>) {
    http.signal = signal
    http.failure = null
    try {
      return await act()
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof KindlingError) throw error
      throw http.failure ?? new KindlingError(code, { reason: firstLine(error) }, { cause: error })
    }
  }

  return {
    look: (channel, signal) =>
      withHttp(signal, 'update-unreadable', async () => {
        http.asked = undefined
        updater.channel = channel === 'beta' ? 'beta' : 'latest'
        updater.allowPrerelease = channel === 'beta'
        // Setting a channel allows it.
        updater.allowDowngrade = false
        const result = await updater.checkForUpdates()
        if (result === null || !result.isUpdateAvailable) return null
        const { info, provider } = inside.updateInfoAndProvider!
        const { version } = info
        if (!/^\d+\.\d+\.\d+(-[\da-z.-]+)?$/i.test(version))
          throw new KindlingError('update-unreadable', { reason: say('update-no-version', { text: version }) })
        if (channel === 'stable' && version.includes('-')) throw unproved(say('update-pre-release', { version }))
        const name = nameOf(version)
        const { url, info: file } = findFile(provider.resolveFiles(info), name)
        const namedBy = http.asked!
        if (namedBy.url.startsWith('https:') && url.protocol !== 'https:')
          throw new KindlingError('update-unreadable', { reason: say('redirect-unencrypted') })
        // What it would fetch is this file, whatever else was named.
        Object.assign(info, { files: [file] })
        return { version, name, file: url, namedBy, size: Number.isSafeInteger(file.size) ? file.size! : null }
      }),

    fetch: (signal, onProgress) =>
      withHttp(signal, 'update-failed', async () => {
        http.onProgress = onProgress
        const [file] = await updater.downloadUpdate()
        if (file === undefined) throw new KindlingError('update-failed', { reason: say('update-empty') })
        return file
      }),

    install: ({ sha256 }) =>
      new Promise((_, reject) => {
        updater.once('error', (error) => {
          app.requestSingleInstanceLock()
          reject(
            error instanceof KindlingError
              ? error
              : new KindlingError('update-failed', { reason: firstLine(error) }, { cause: error }),
          )
        })
        prove(sha256)
        // What is started then must not find this window open.
        app.releaseSingleInstanceLock()
        updater.quitAndInstall(true, true)
      }),
  }
}

/** The system's own; on Windows and macOS it proves the signature of the system, too. */
async function createUpdater(adapter: AppAdapter): Promise<{ updater: AppUpdater; prove: (sha256: string) => void }> {
  if (process.platform === 'darwin') {
    const { MacUpdater } = await import('electron-updater/out/MacUpdater.js')
    return { updater: new MacUpdater(undefined, adapter), prove: () => {} }
  }
  if (process.platform === 'win32') {
    const { NsisUpdater } = await import('electron-updater/out/NsisUpdater.js')
    return { updater: new NsisUpdater(undefined, adapter), prove: () => {} }
  }
  const { AppImage } = await import('./app-image.ts')
  const updater = new AppImage(undefined, adapter)
  return { updater, prove: (sha256) => (updater.sha256 = sha256) }
}

function findFile(files: ResolvedUpdateFileInfo[], name: string): ResolvedUpdateFileInfo {
  const found = files.find(({ url }) => posix.basename(url.pathname) === name)
  if (found === undefined) throw unproved(say('update-has-no', { file: name }))
  if (found.packageInfo !== undefined) throw unproved(say('update-in-parts'))
  return found
}

/** electron-updater puts the stack, and all that came, into its message. */
const firstLine = (error: unknown) => reasonOf(error).split('\n')[0]!.slice(0, 300)

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

/** Private members of electron-updater, needed to replace the parts that Kindling does itself. */
interface Inside {
  httpExecutor: UpdateHttp
  stagingUserIdPromise: { value: Promise<string> }
  updateInfoAndProvider: { info: UpdateInfo; provider: Provider<UpdateInfo> } | null
}

/**
 * Returns the file name of the package that replaces this one in a release (`artifactName` in
 * electron-builder.yml).
 */
function nameOf(version: string): string {
  const { arch, platform } = process
  if (platform === 'darwin') return `kindling-${version}-mac-universal.zip`
  if (platform === 'win32') return `kindling-${version}-win-${arch}.exe`
  return `kindling-${version}-linux-${arch === 'x64' ? 'x86_64' : arch}.AppImage`
}

/**
 * Opens electron-updater over Kindling's own network, with its automatic decisions turned off.
 * @param feed – the file with the address of the update server, as written by packaging
 */
export async function openUpdater(ports: Pick<Ports, 'http' | 'paths'>, feed: string): Promise<Updater> {
  const { updater, prove } = await createUpdater(adapt(ports, feed))
  const http = new UpdateHttp(ports.http)
  // Users are not counted, so they have no id.
  const inside = Object.assign(updater as unknown as Inside, {
    httpExecutor: http,
    stagingUserIdPromise: { value: Promise.resolve('') },
  })
  decideNothing(updater)

  /**
   * Runs a call of electron-updater. An error of the network is thrown as `UpdateHttp` recorded it.
   */
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
        // Reset, because setting a channel allows downgrades.
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
        const referrer = http.asked!
        if (referrer.url.startsWith('https:') && url.protocol !== 'https:')
          throw new KindlingError('update-unreadable', { reason: say('redirect-unencrypted') })
        // electron-updater must fetch this file, regardless of the others in the list.
        Object.assign(info, { files: [file] })
        return { version, name, file: url, referrer, size: Number.isSafeInteger(file.size) ? file.size! : null }
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
        // The new version must not find this window open.
        app.releaseSingleInstanceLock()
        updater.quitAndInstall(true, true)
      }),
  }
}

const adapt = (ports: Pick<Ports, 'paths'>, feed: string): AppAdapter => ({
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
})

/** Turns the decisions of electron-updater off. */
function decideNothing(updater: AppUpdater): void {
  updater.logger = null
  updater.autoDownload = false
  updater.autoInstallOnAppQuit = false
  updater.disableWebInstaller = true
  updater.disableDifferentialDownload = true
  updater.isUserWithinRollout = () => true
}

/**
 * Creates the updater for this system. On Windows and macOS it also checks the system's own
 * signature.
 */
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

/** electron-updater includes the stack and the whole response in its message. */
const firstLine = (error: unknown) => String(reasonOf(error)).split('\n')[0]!.slice(0, 300)

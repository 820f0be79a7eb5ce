import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  app,
  clipboard,
  dialog,
  shell,
  type BrowserWindow,
  type OpenDialogOptions,
  type OpenDialogReturnValue,
} from 'electron'
import type { Api } from '../../../src-shared/api.ts'
import type { Catalog } from '../../../src-shared/artifact.ts'
import { KindlingError, toFailure } from '../../../src-shared/failure.ts'
import { plain } from '../../../src-shared/plain.ts'
import type { Receipt } from '../../../src-shared/receipt.ts'
import { ok, type Result } from '../../../src-shared/result.ts'
import type { Update } from '../../../src-shared/update.ts'
import { outputFailed } from '../../files/output-failed.ts'
import { readSmallFile } from '../../files/regular-file.ts'
import { hashPassword } from '../../ignition/hash-password.ts'
import { makeConfigText } from '../../ignition/make-config.ts'
import { parseAddress } from '../../ignition/network-keyfile.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'
import type { Log } from '../../log/create-log.ts'
import type { Updates } from '../../updates/updates.ts'
import type {
  EarlierAnswers,
  Link,
  LostSandbox,
  WindowAnswers,
  WindowArguments,
  WindowCallName,
} from '../../../src-shared/window-api.ts'
import { findSshKeys, longestKeyFile } from './find-ssh-keys.ts'
import { guardAnswers } from './guard-answers.ts'
import type { Ask } from './ask.ts'
import type { ImageInbox } from './image-inbox.ts'
import type { PageGrants, PathPurpose } from './page-grants.ts'
import type { Profiles } from './profiles.ts'
import { speak, words } from './speech.ts'

export type WindowCalls = {
  [N in WindowCallName]: (args: WindowArguments<N>) => Promise<Result<WindowAnswers[N]>>
}

const links: Record<Link, string> = {
  'coreos-bare-metal': 'https://docs.fedoraproject.org/en-US/fedora-coreos/bare-metal/',
}

/** Dependencies of the window's own calls, besides the system's dialogs. */
export interface WindowHost {
  api: Api
  window: BrowserWindow
  /** Disk-image files that were given when the program was started. */
  driveFiles: string[]
  lostSandbox: LostSandbox | null
  images: Pick<ImageInbox, 'take'>
  /** Receives each path and server that the user names outside the page. */
  grants: PageGrants
  log: Log
  updates: Updates
  /** Returns the usual stream if it is known without waiting for the network; otherwise null. */
  known(): Promise<Catalog | null>
  /** Returns the first boots that were set up before. */
  earlierAnswers(): Promise<EarlierAnswers[]>
  profiles: Profiles
  /** Asks the user in a dialog of the system. */
  ask: Ask
  /** Starts (or restarts) sending news to the page. */
  listen(): void
}

export function createWindowCalls({
  api,
  window,
  driveFiles,
  lostSandbox,
  images,
  grants,
  log,
  updates,
  known,
  earlierAnswers,
  profiles,
  ask,
  listen,
}: WindowHost): WindowCalls {
  async function update(act: () => Promise<void>): Promise<Result<Update>> {
    try {
      await act()
      return ok(updates.now)
    } catch (error) {
      return { ok: false, failure: toFailure(error) }
    }
  }

  // Since Electron 43 every dialog without a folder begins in the downloads, and the system no
  // longer remembers the last one.
  let lastFolder: string | null = null
  const beginInLast = () => (lastFolder === null ? {} : { defaultPath: lastFolder })
  /** Returns the suggestion of a file name, in the folder of the last choice. */
  const suggest = (name: string) => ({ defaultPath: lastFolder === null ? name : join(lastFolder, name) })

  /**
   * Grants the first path of a closed dialog to the page and returns it; null when the dialog was
   * cancelled.
   */
  function grant(purpose: PathPurpose, { canceled, filePaths }: OpenDialogReturnValue): Result<string | null> {
    const path = canceled ? undefined : filePaths[0]
    if (path === undefined) return ok(null)
    lastFolder = dirname(path)
    grants.addPath(purpose, path)
    return ok(path)
  }

  return {
    async open() {
      const [settings, surroundings, catalog, earlier, named] = await Promise.all([
        api.settings({}),
        api.surroundings({}),
        known(),
        earlierAnswers(),
        profiles.read(),
      ])
      if (!settings.ok) return settings
      if (!surroundings.ok) return surroundings
      const downloadsFolder = app.getPath('downloads')
      grants.addPath('download', downloadsFolder)
      for (const file of driveFiles) grants.addPath('drive', file)
      for (const { line } of [...earlier, ...named].flatMap(({ keys }) => keys)) grants.addSshKey(line)
      return ok({
        settings: settings.value,
        surroundings: surroundings.value,
        language: speak(settings.value.settings.language),
        catalog,
        downloadsFolder,
        earlierAnswers: earlier,
        profiles: named,
        driveFiles,
        lostSandbox,
      })
    },
    async listen() {
      listen()
      return ok(null)
    },
    async chooseFile({ purpose }) {
      const title = words().choose[purpose]
      const options: OpenDialogOptions = { title, ...beginInLast(), properties: ['openFile'] }
      return grant(purpose, await dialog.showOpenDialog(window, options))
    },
    async findSshKeys() {
      const keys = await findSshKeys()
      for (const { line } of keys) grants.addSshKey(line)
      return ok(keys)
    },
    async chooseSshKeys() {
      const options: OpenDialogOptions = {
        title: words().chooseSshKeys,
        defaultPath: join(app.getPath('home'), '.ssh'),
        properties: ['openFile', 'showHiddenFiles'],
      }
      const { canceled, filePaths } = await dialog.showOpenDialog(window, options)
      const file = canceled ? undefined : filePaths[0]
      if (file === undefined) return ok(null)
      const text = await readSmallFile(file, longestKeyFile).catch(() => null)
      const keys = text === null ? 'no-key' : readSshKeys(text.toString())
      if (typeof keys !== 'string') for (const { line } of keys) grants.addSshKey(line)
      return ok(keys)
    },
    async readSshKeys({ text }) {
      return ok(readSshKeys(text))
    },
    async hashPassword({ password }) {
      return ok(hashPassword(password))
    },
    async readAddress({ text }) {
      return ok(parseAddress(text))
    },
    async makeIgnition({ answers, release }) {
      return ok(makeConfigText(answers, release).ignition)
    },
    async saveIgnition({ answers, release }) {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: words().saveIgnition,
        ...suggest('config.ign'),
        filters: [
          { name: 'Ignition', extensions: ['ign'] },
          { name: 'Butane', extensions: ['bu'] },
        ],
      })
      if (canceled || !filePath) return ok(null)
      lastFolder = dirname(filePath)
      const { ignition, butane } = makeConfigText(answers, release)
      return save(filePath, /\.bu$/i.test(filePath) ? butane : ignition, 0o600)
    },
    async saveProfile({ name, answers }) {
      const lasting = { ...answers, passwordHash: null }
      await guardAnswers(lasting, grants, ask)
      return ok(await profiles.save(name, lasting))
    },
    async renameProfile({ from, to }) {
      return ok(await profiles.rename(from, to))
    },
    async deleteProfile({ name }) {
      return ok(await profiles.remove(name))
    },
    async chooseFolder({ purpose }) {
      const options: OpenDialogOptions = {
        title: words().chooseFolder[purpose],
        ...(purpose === 'download' ? { defaultPath: app.getPath('downloads') } : beginInLast()),
        properties: ['openDirectory', 'createDirectory'],
      }
      return grant(purpose, await dialog.showOpenDialog(window, options))
    },
    async chooseImageFile({ drive }) {
      const name = plain(drive).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: words().chooseImageFile,
        defaultPath: join(app.getPath('downloads'), `${name}.img.gz`),
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      })
      if (canceled || !filePath) return ok(null)
      grants.addPath('save', filePath)
      return ok(filePath)
    },
    async saveReceipt({ receipt }) {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: words().saveReceipt,
        ...suggest(fileNameOf(receipt)),
        filters: [{ name: 'JSON', extensions: ['json'] }],
      })
      if (canceled || !filePath) return ok(null)
      lastFolder = dirname(filePath)
      return save(filePath, `${JSON.stringify(receipt, null, 2)}\n`)
    },
    async copyText({ text }) {
      clipboard.writeText(text)
      return ok(null)
    },
    async copyReport({ text, job }) {
      const lines = job === null ? [] : log.linesOf(job)
      clipboard.writeText([log.redactText(text), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'))
      return ok(null)
    },
    async showFile({ path }) {
      if (!grants.hasPath('download', dirname(path)) && !grants.hasPath('save', path))
        return {
          ok: false,
          failure: toFailure(new KindlingError('usage', { reason: `No person chose ${plain(path)}` })),
        }
      shell.showItemInFolder(path)
      return ok(null)
    },
    async logFile() {
      return ok(log.file)
    },
    async openLink({ link }) {
      await shell.openExternal(links[link])
      return ok(null)
    },
    async speak({ choice }) {
      return ok(speak(choice))
    },
    async takeImage() {
      const image = images.take()
      if (image?.kind === 'file') grants.addPath('image', image.path)
      if (image?.kind === 'url') grants.addServer(image.url)
      return ok(image)
    },
    async update() {
      return ok(updates.now)
    },
    lookForUpdate: () => update(() => updates.look()),
    fetchUpdate: () => update(() => updates.fetch()),
    installUpdate: () => update(() => updates.install()),
  }
}

/**
 * Saves a text under a path that the user chose.
 * @param mode – of a new file; one that is private becomes so for an existing file, too
 * @returns the path of the saved file
 */
async function save(path: string, text: string, mode = 0o666): Promise<Result<string>> {
  try {
    const file = await open(path, 'w', mode)
    try {
      // Before the text is in it. FAT has no modes, and refuses the change.
      if ((mode & 0o077) === 0) await file.chmod(mode).catch(() => undefined)
      await file.writeFile(text)
    } finally {
      await file.close()
    }
    return ok(path)
  } catch (error) {
    return { ok: false, failure: toFailure(outputFailed(path, error)) }
  }
}

/** Returns the file name of a receipt: `kindling-write-44.20260707.3.1-2026-07-19.json`. */
function fileNameOf({ job, image, finishedAt }: Receipt): string {
  const what = (image.release ?? basename(image.location)).replaceAll(/[^\w.-]+/g, '-')
  return `kindling-${job}-${what}-${finishedAt.slice(0, 10)}.json`
}

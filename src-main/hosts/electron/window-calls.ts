import { app, clipboard, shell } from 'electron'
import { toFailure } from '../../../src-shared/failure.ts'
import { ok, type Result } from '../../../src-shared/result.ts'
import type { Update } from '../../../src-shared/update.ts'
import type { Link, Opening, WindowCalls } from '../../../src-shared/window-api.ts'
import type { Updates } from '../../updates/updates.ts'
import { createAnswerCalls } from './answer-calls.ts'
import { createFileCalls } from './file-calls.ts'
import { FileDialogs } from './file-dialogs.ts'
import { speak } from './speech.ts'
import type { WindowHost } from './window-host.ts'

const links: Record<Link, string> = {
  'coreos-bare-metal': 'https://docs.fedoraproject.org/en-US/fedora-coreos/bare-metal/',
}

export function createWindowCalls(host: WindowHost): WindowCalls {
  const { window, images, grants, log, updates, listen } = host
  const dialogs = new FileDialogs(window)
  return {
    open: () => readOpening(host),
    async listen() {
      listen()
      return ok(null)
    },
    ...createFileCalls(host, dialogs),
    ...createAnswerCalls(host, dialogs),
    async copyText({ text }) {
      clipboard.writeText(text)
      return ok(null)
    },
    async copyReport({ text, job }) {
      const lines = job === null ? [] : log.linesOf(job)
      clipboard.writeText([log.redactText(text), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'))
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
    lookForUpdate: () => stateAfter(updates, () => updates.look()),
    fetchUpdate: () => stateAfter(updates, () => updates.fetch()),
    installUpdate: () => stateAfter(updates, () => updates.install()),
  }
}

/** Reads the data that a page needs to draw itself, and lets it name the paths and keys in them. */
async function readOpening({
  api,
  driveFiles,
  lostSandbox,
  grants,
  known,
  earlierAnswers,
  profiles,
}: WindowHost): Promise<Result<Opening>> {
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
}

async function stateAfter(updates: Updates, act: () => Promise<void>): Promise<Result<Update>> {
  try {
    await act()
    return ok(updates.now)
  } catch (error) {
    return { ok: false, failure: toFailure(error) }
  }
}

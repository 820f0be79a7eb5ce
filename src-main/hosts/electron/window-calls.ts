import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Api } from '../../../src-shared/api.ts'
import type { Catalog } from '../../../src-shared/artifact.ts'
import { KindlingError, reasonOf, toFailure } from '../../../src-shared/failure.ts'
import type { Receipt } from '../../../src-shared/receipt.ts'
import { ok, type Result } from '../../../src-shared/result.ts'
import type { WindowAnswers, WindowArguments, WindowCallName } from '../../../src-shared/window-api.ts'
import type { Log } from '../../log/create-log.ts'
import type { HostAnswers, HostArguments, HostCallName } from './host-calls.ts'

export type WindowCalls = {
  [N in WindowCallName]: (args: WindowArguments<N>) => Promise<Result<WindowAnswers[N]>>
}

/** What the window's own calls are served with. */
export interface WindowCallsOptions {
  api: Api
  /** Asks the window's thread, for all that only Electron knows or can. */
  ask: (name: string, args: unknown) => Promise<Result<unknown>>
  log: Pick<Log, 'file' | 'linesOf' | 'redactText'>
  /** The usual stream, as far as it is known without waiting. */
  known(): Promise<Catalog | null>
  /** Begins to tell of drives, from the start. */
  listen(): void
}

export function createWindowCalls({ api, ask, log, known, listen }: WindowCallsOptions): WindowCalls {
  // The window's thread answers what its calls say.
  const host = <N extends HostCallName>(name: N, args: HostArguments<N>) =>
    ask(name, args) as Promise<Result<HostAnswers[N]>>
  const pass =
    <N extends HostCallName>(name: N) =>
    (args: HostArguments<N>) =>
      host(name, args)

  return {
    async open() {
      const [settings, surroundings, catalog] = await Promise.all([api.settings({}), api.surroundings({}), known()])
      if (!settings.ok) return settings
      if (!surroundings.ok) return surroundings
      const greeting = await host('greet', { choice: settings.value.settings.language })
      if (!greeting.ok) return greeting
      return ok({ settings: settings.value, surroundings: surroundings.value, catalog, ...greeting.value })
    },
    async listen() {
      listen()
      return ok(null)
    },
    async saveReceipt({ receipt }) {
      const chosen = await host('chooseReceipt', { name: fileNameOf(receipt) })
      if (!chosen.ok || chosen.value === null) return chosen
      const file = chosen.value
      try {
        await writeFile(file, `${JSON.stringify(receipt, null, 2)}\n`)
      } catch (error) {
        const failure = new KindlingError('output-failed', { file, directory: file, reason: reasonOf(error) })
        return { ok: false, failure: toFailure(failure) }
      }
      return chosen
    },
    async copyReport({ text, job }) {
      const lines = job === null ? [] : log.linesOf(job)
      return host('copyText', { text: [log.redactText(text), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n') })
    },
    async logFile() {
      return ok(log.file)
    },
    chooseFile: pass('chooseFile'),
    chooseFolder: pass('chooseFolder'),
    copyText: pass('copyText'),
    openLink: pass('openLink'),
    speak: pass('speak'),
    takeImage: pass('takeImage'),
    update: pass('update'),
    lookForUpdate: pass('lookForUpdate'),
    fetchUpdate: pass('fetchUpdate'),
    installUpdate: pass('installUpdate'),
  }
}

/** `kindling-write-44.20260707.3.1-2026-07-19.json` */
function fileNameOf({ job, image, finishedAt }: Receipt): string {
  const what = (image.release ?? basename(image.location)).replaceAll(/[^\w.-]+/g, '-')
  return `kindling-${job}-${what}-${finishedAt.slice(0, 10)}.json`
}

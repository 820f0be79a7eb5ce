import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { plain } from '../../src-shared/plain.ts'
import { say, fromMessage, isPhrase, PhraseError, type Said } from '../../src-shared/phrases.ts'
import {
  savedSettings,
  settingsChanges,
  type SavedSettings,
  type SetAside,
  type SettingsChanges,
} from '../../src-shared/settings.ts'
import { isNowhere } from './own-paths.ts'
import type { Ports } from '../ports.ts'
import { fileRefused } from '../files/refused-by-system.ts'
import { readSmallFile, replaceFile } from '../files/regular-file.ts'
import { maxSettings, settingsName } from './read-startup-settings.ts'
import { withFileLock } from './with-file-lock.ts'

/** The content of the settings file. */
export interface SettingsFileContent {
  /** The settings. Those known only to another version of Kindling are included. */
  saved: SavedSettings
  setAside: SetAside | null
}

export interface SettingsFile {
  readonly path: string
  /** Reads the settings. Never fails: an unusable file is renamed and counts as empty. */
  read(): Promise<SettingsFileContent>
  /**
   * Changes settings.
   * @throws usage for an invalid setting; output-failed
   */
  change(changes: SettingsChanges): Promise<SettingsFileContent>
}

/**
 * Opens the settings file, which all processes of Kindling share. Each change is applied to the
 * current content under a lock and written atomically.
 */
export function openSettingsFile(ports: Pick<Ports, 'paths' | 'now' | 'sleep'>): SettingsFile {
  const path = join(ports.paths.config, settingsName)
  const inTurn = <T>(act: () => Promise<T>) => withFileLock(ports, `${path}.lock`, act)

  async function readOrSetAside(): Promise<SettingsFileContent> {
    try {
      return { saved: await readSettings(path), setAside: null }
    } catch (error) {
      const aside = join(ports.paths.config, `settings-${new Date(ports.now()).toISOString().replaceAll(':', '')}.json`)
      const moved = await rename(path, aside).then(
        () => aside,
        () => null,
      )
      return { saved: {}, setAside: { file: moved, reason: shortReason(error) } }
    }
  }

  return {
    path,

    async read() {
      try {
        return { saved: await readSettings(path), setAside: null }
      } catch (error) {
        // Reads again under the lock: another process may have written a valid file meanwhile.
        return inTurn(readOrSetAside).catch(() => ({
          saved: {},
          setAside: { file: null, reason: shortReason(error) },
        }))
      }
    },

    async change(changes) {
      const checked = settingsChanges.safeParse(changes)
      if (!checked.success) throw new KindlingError('usage', { reason: fromMessage(checked.error.issues[0]!.message) })
      try {
        return await inTurn(async () => {
          const { saved, setAside } = await readOrSetAside()
          const changed = Object.fromEntries(
            Object.entries({ ...saved, ...checked.data }).filter(([, value]) => value !== null && value !== undefined),
          )
          await replaceFile(path, `${JSON.stringify(changed, null, 2)}\n`)
          return { saved: changed, setAside }
        })
      } catch (error) {
        throw (
          fileRefused(path, error, 'write') ??
          new KindlingError(
            'output-failed',
            { file: path, directory: ports.paths.config, reason: reasonOf(error) },
            { cause: error },
          )
        )
      }
    },
  }
}

/**
 * Reads and validates the settings file. A missing file counts as empty.
 * @throws an error if the file exists and is unusable
 */
async function readSettings(path: string): Promise<SavedSettings> {
  let text: string
  try {
    text = (await readSmallFile(path, maxSettings)).toString('utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || isNowhere(path)) return {}
    throw error
  }
  const parsed = savedSettings.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const { path: place, message } = parsed.error.issues[0]!
  const reason = place.length === 0 ? say('expected-object') : fromMessage(message)
  throw isPhrase(reason) ? new PhraseError(reason) : new Error(reason)
}

/** Returns a reason for display. A text of the system may contain text of the file. */
function shortReason(error: unknown): Said {
  const reason = reasonOf(error)
  return isPhrase(reason) ? reason : plain(reason, 300)
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { parseUrl } from '../../net/http.ts'
import { fileRefused } from '../../files/refused-by-system.ts'
import { openRegularFile } from '../../files/regular-file.ts'
import { imageOption, readImageName } from '../window-arguments.ts'
import type { Surface } from './command.ts'
import { whyNoSandbox } from './why-no-sandbox.ts'
import { windowProgram } from './window-program.ts'

/**
 * Opens the window, or brings the open one to the front, and selects an image there. The window
 * stays open when the terminal is closed.
 * @throws usage, source-unreadable, window-failed
 */
export async function openWindow({ output }: Surface, image: string | undefined): Promise<number> {
  const chosen = image === undefined ? null : await locate(image)
  const why = whyNot()
  if (why !== null) throw new KindlingError('window-failed', { reason: why })
  const [file, ...args] = windowProgram(import.meta.dirname)
  const whyUnboxed = needsSandbox() ? whyNoSandbox(file!) : null
  if (whyUnboxed !== null) throw new KindlingError('window-failed', { reason: whyUnboxed })
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const child = spawn(file!, [...args, ...(chosen === null ? [] : [`${imageOption}${chosen}`])], {
    env,
    detached: true,
    stdio: 'ignore',
  })
  try {
    await once(child, 'spawn')
  } catch (error) {
    throw new KindlingError('window-failed', { reason: reasonOf(error) }, { cause: error })
  }
  child.unref()
  output.event({ event: 'done', image: chosen })
  return 0
}

/** Returns the URL, or the absolute path of a file after checking that it is readable. */
async function locate(image: string): Promise<string> {
  const named = readImageName(image, process.cwd())
  if (named.kind === 'url') return parseUrl(named.url).href
  const { path } = named
  try {
    await (await openRegularFile(path)).close()
  } catch (error) {
    throw (
      fileRefused(path, error, 'read') ??
      new KindlingError('source-unreadable', { source: path, reason: reasonOf(error) }, { cause: error })
    )
  }
  return path
}

/**
 * Returns the reason why the window cannot open, or null. The window itself would report it where
 * the user does not look.
 */
function whyNot(): string | null {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform !== 'linux') return null
  if (!DISPLAY && !WAYLAND_DISPLAY) return 'there is no display (DISPLAY and WAYLAND_DISPLAY are not set)'
  if (process.getuid?.() === 0 && needsSandbox()) return 'its page is locked in a sandbox, which root cannot have'
  return null
}

const needsSandbox = () => process.platform === 'linux' && !process.env['ELECTRON_DISABLE_SANDBOX']

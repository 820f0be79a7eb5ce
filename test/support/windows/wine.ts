import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { cp, mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { JobEvent } from '../../../src-shared/job.ts'
import { buildOut } from '../run/build-out.ts'
import type { Run } from '../worlds/run-kindling.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'
import { windowsNode, windowsNodes } from '../run/fetch-node.mjs'

/** Debian's wine64 puts its programs here, and not in the PATH. */
export const wine = '/usr/lib/wine/wine64'
const wineServer = '/usr/lib/wine/wineserver64'
/** Time in milliseconds after which a run is killed. */
const hanging = 240_000
const root = resolve(import.meta.dirname, '../../..')

/** Returns null if Windows' Node can run here, otherwise the reason for skipping a test. */
export function lackingWindows(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'needs Linux on x86_64'
  if (!existsSync(wine)) return 'needs Debian’s wine64: ./dev test --windows'
  const missing = windowsNodes.find((version) => !existsSync(windowsNode(version)))
  return missing === undefined ? null : `needs Windows’ Node ${missing}: ./dev test --windows`
}

/**
 * Loaded before the program. wine 8 lacks socket options that libuv sets if keep-alive is asked for
 * before a socket connects, as undici does: the connection fails with UNKNOWN.
 */
const preload = `require('net').Socket.prototype.setKeepAlive = function () { return this }\n`

/**
 * Stand-in for drivelist, whose native part for Windows is not in its npm package. It lists the
 * drives of a file.
 */
const drivelist = `exports.list = async () => JSON.parse(require('fs').readFileSync('C:/kindling/drives.json'))\n`

export interface StartOptions {
  env?: Record<string, string>
  /** Working directory, as Linux names it. */
  cwd?: string
  /** Receives the process and a function that reads its stdout so far. */
  onStart?(child: ChildProcess, said: () => Promise<string>): void
}

export interface Windows {
  /** Returns the path of a file of drive C: as Linux names it. */
  file(path: string): string
  /** Returns a path of Linux as Windows names it. */
  name(path: string): string
  /** Runs the built command line. */
  kindling(args: string[], options?: StartOptions): Promise<Run>
  /** Runs any program, by its path in Windows. */
  run(program: string, args?: string[], options?: StartOptions): Promise<Run>
  /** Environment in which wine runs this Windows. */
  environment: NodeJS.ProcessEnv
  /** Runs a script (CommonJS) in Windows' Node. */
  script(text: string, args?: string[], options?: StartOptions): Promise<Run>
  /** Makes the device of Linux the physical drive of a number, and lists it as a USB stick. */
  plugIn(number: number, device: string, size: number): Promise<void>
  dispose(): Promise<void>
}

/**
 * Makes a Windows of wine in a temporary directory, with the built command line in `C:\kindling`.
 * @param version – of Windows' Node
 */
export async function makeWindows(version: string): Promise<Windows> {
  buildOut()
  const place = await makeTemporaryDirectory('kindling-wine-')
  const environment = { ...process.env, WINEPREFIX: place.file('prefix'), WINEDEBUG: '-all', DISPLAY: '' }
  const run = promisify(execFile)
  const inWine = (...args: string[]) => run(wine, args, { env: environment, timeout: 120_000 })
  await mkdir(environment.WINEPREFIX)
  await inWine('wineboot', '-i')
  await inWine('reg', 'add', String.raw`HKCU\Software\Wine`, '/v', 'Version', '/d', 'win10', '/f')

  const file = (path: string) => join(environment.WINEPREFIX, 'drive_c', path)
  await mkdir(file('kindling/node_modules/drivelist'), { recursive: true })
  await cp(join(root, 'out/main'), file('kindling/out/main'), { recursive: true })
  await cp(join(root, 'package.json'), file('kindling/package.json'))
  for (const name of ['bindings', 'ext2fs', 'file-uri-to-path', 'fzstd', 'openpgp', 'xz-decompress'])
    await cp(join(root, 'node_modules', name), file(`kindling/node_modules/${name}`), { recursive: true })
  await writeFile(file('kindling/node_modules/drivelist/package.json'), '{ "name": "drivelist", "main": "index.js" }')
  await writeFile(file('kindling/node_modules/drivelist/index.js'), drivelist)
  await writeFile(file('kindling/preload.cjs'), preload)
  const list = (drives: object[]) => writeFile(file('kindling/drives.json'), JSON.stringify(drives))
  await list([])

  let runs = 0
  async function start(args: string[], { env = {}, cwd, onStart }: StartOptions = {}): Promise<Run> {
    const [out, err] = [place.file(`${++runs}.out`), place.file(`${runs}.err`)]
    // Node finds a pipe of Linux to be no valid handle, but writes to files.
    const [stdout, stderr] = await Promise.all([open(out, 'w'), open(err, 'w')])
    try {
      const child = spawn(wine, args, {
        env: { ...environment, ...env },
        cwd: cwd ?? file('kindling'),
        stdio: ['ignore', stdout.fd, stderr.fd],
        timeout: hanging,
        killSignal: 'SIGKILL',
      })
      onStart?.(child, () => readFile(out, 'utf8'))
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
      const said = await readFile(out, 'utf8')
      const lines = said.split('\n').filter((line) => line.startsWith('{'))
      return {
        code,
        signal,
        stdout: said,
        stderr: await readFile(err, 'utf8'),
        events: lines.flatMap((line) => parse(line) ?? []),
      }
    } finally {
      await Promise.all([stdout.close(), stderr.close()])
    }
  }

  // In wine, trying IPv6 and IPv4 side by side fails.
  const options = ['--no-network-family-autoselection', '--require', 'C:/kindling/preload.cjs']
  const node = [windowsNode(version), ...options]

  return {
    file,
    environment,
    run: (program, args = [], options) => start([program, ...args], options),
    name: (path) => `Z:${path.replaceAll('/', '\\')}`,
    kindling: (args, options) => start([...node, 'C:/kindling/out/main/kindling.js', ...args], options),
    async script(text, args = [], options = {}) {
      const script = `kindling/script-${++runs}.cjs`
      await writeFile(file(script), text)
      return start([...node, `C:/${script}`, ...args], options)
    },
    async plugIn(number, device, size) {
      await symlink(device, join(environment.WINEPREFIX, `dosdevices/physicaldrive${number}`))
      await list([
        {
          device: `\\\\.\\PhysicalDrive${number}`,
          devicePath: 'USB',
          description: 'Stick of wine',
          size,
          logicalBlockSize: 512,
          busType: 'USB',
          isRemovable: true,
          isReadOnly: false,
          isSystem: false,
          mountpoints: [],
        },
      ])
    },
    async dispose() {
      // Ends the processes of this prefix alone.
      await run(wineServer, ['-k'], { env: environment }).catch(() => undefined)
      await run(wineServer, ['-w'], { env: environment, timeout: 60_000 }).catch(() => undefined)
      await place.dispose()
    },
  }
}

function parse(line: string): JobEvent | null {
  try {
    return JSON.parse(line) as JobEvent
  } catch {
    return null
  }
}

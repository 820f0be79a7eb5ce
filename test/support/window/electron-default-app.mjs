import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

// Stands where a stock Electron has its default_app: starts the application whose folder or main file is the first
// argument that is no switch, after the scripts named with -r (Playwright names one).

const require = createRequire(import.meta.url)
const given = process.argv.slice(1)
let path
for (let at = 0; at < given.length && path === undefined; at++) {
  if (given[at] === '-r' || given[at] === '--require') require(resolve(given[++at]))
  else if (!given[at].startsWith('-')) path = resolve(given[at])
}

if (path === undefined) {
  console.error('Usage: electron [-r SCRIPT] [SWITCHES] PATH [ARGUMENTS]')
  app.exit(2)
} else {
  Object.defineProperty(process, 'defaultApp', { enumerable: true, value: true })
  const main = nameApp(path) ?? require.resolve(path)
  await import(pathToFileURL(main).href)
}

/** Makes the app's name, version and folders those of the package.json in a folder; answers its main file. */
function nameApp(folder) {
  let described
  try {
    described = require(join(folder, 'package.json'))
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ENOTDIR') throw error
    app.setAppPath(dirname(folder))
    return null
  }
  app.setName(described.productName ?? described.name ?? 'Electron')
  if (described.version) app.setVersion(described.version)
  if (process.platform === 'linux') app.setDesktopName(described.desktopName ?? `${app.getName()}.desktop`)
  app.setAppPath(folder)
  // Already computed from this file's own name, unless --user-data-dir says something else.
  if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(app.getPath('appData'), app.getName()))
  return require.resolve(folder)
}

import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

// Replaces the default_app of a stock Electron. It runs the scripts named with -r (Playwright names
// one). Then it starts the application: the first argument that is not a switch is its folder or
// main file.

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

/**
 * Sets the app's name, version and paths from the package.json of a folder, and returns its main
 * file.
 */
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
  // Electron has already computed this path from the name of this file, unless --user-data-dir is
  // given.
  if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(app.getPath('appData'), app.getName()))
  return require.resolve(folder)
}

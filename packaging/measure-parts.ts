import { packageOfFile } from './list-packages.ts'
import { archiveIn, readArchive, readFolder } from './packaged-files.ts'

/** Returns the size of each part of an installed app, in bytes, largest first. */
export function measureParts(folder: string): [part: string, size: number][] {
  const parts = new Map<string, number>()
  const add = (part: string, size: number) => parts.set(part, (parts.get(part) ?? 0) + size)
  const archive = archiveIn(folder)
  for (const { path, file, size } of readFolder(folder)) {
    if (file === archive || path.includes('app.asar.unpacked')) continue
    add(partOfRuntime(path), size)
  }
  for (const { path, size } of readArchive(archive)) {
    const name = packageOfFile(path)
    add(name === null ? partOfProgram(path) : `package ${name}`, size)
  }
  return [...parts].toSorted((one, other) => other[1] - one[1])
}

function partOfRuntime(path: string): string {
  if (/^kindling|LICENSES\.packages/.test(path) && path !== 'kindling-window')
    return 'launchers and licences of packages'
  if (path.startsWith('locales/')) return 'Electron: words of its own'
  if (path.startsWith('LICENSE')) return 'Electron: licences'
  if (/\.so(\.\d+)?$|vk_swiftshader/.test(path)) return 'Electron: graphics and media'
  if (/\.(pak|dat|bin)$/.test(path)) return 'Electron: resources'
  return 'Electron: programs'
}

function partOfProgram(path: string): string {
  if (path.startsWith('keys/')) return 'Fedora’s keys'
  if (/\.woff2?$/.test(path)) return 'page: fonts'
  if (path.startsWith('out/renderer/')) return 'page'
  return path.startsWith('out/') ? 'core and hosts' : 'icon and package.json'
}

export function drawParts(parts: [part: string, size: number][]): string {
  const total = parts.reduce((sum, [, size]) => sum + size, 0)
  const rows = [...parts, ['all', total] as const].map(
    ([part, size]) => `${(size / 1e6).toFixed(2).padStart(8)} MB  ${part}`,
  )
  return `${rows.join('\n')}\n`
}

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { isTestBuild, packageVersion, type BuildFacts } from './build-facts.ts'
import { writeBashCompletion, writeFishCompletion, writeZshCompletion } from './completions.ts'
import { writeManPage } from './man-page.ts'

const id = 'org.kindling.Kindling'

/** Paths that differ between families of distributions. */
export interface Places {
  zshCompletions: string
}

/**
 * Creates the file tree of a deb or rpm as it is installed: the app's folder in /opt, and the files
 * that integrate it into the system. No maintainer script runs at installation or removal.
 * Kindling's own files are removed with the package. Caches (menu, icons, MIME) are updated by the
 * triggers of the packages that own them.
 * @param folder – the app's folder
 * @param home – URL of the project, which hosts the screenshots of its `docs/`; null if there is
 * none
 */
export async function makeLinuxTree(
  root: string,
  folder: string,
  tree: string,
  facts: BuildFacts,
  places: Places,
  home: string | null,
): Promise<void> {
  await rm(tree, { recursive: true, force: true })
  await mkdir(join(tree, 'opt'), { recursive: true })
  await cp(folder, join(tree, 'opt/Kindling'), { recursive: true, verbatimSymlinks: true })
  const asset = (name: string) => readFile(join(root, 'assets', name))
  const put = putIn(tree)
  const date = dateOf(facts)

  await mkdir(join(tree, 'usr/bin'), { recursive: true })
  await symlink('/opt/Kindling/kindling', join(tree, 'usr/bin/kindling'))
  await put(`usr/share/applications/${id}.desktop`, await asset(`linux/${id}.desktop`))
  await put(
    `usr/share/metainfo/${id}.metainfo.xml`,
    await writeMetainfo(await asset(`linux/${id}.metainfo.xml`), facts, date, home),
  )
  await put(`usr/share/mime/packages/${id}.xml`, await asset(`linux/${id}.mime.xml`))
  await put(`usr/share/polkit-1/actions/${id}.policy`, await asset(`linux/${id}.policy`))
  await put(`usr/share/icons/hicolor/scalable/apps/${id}.svg`, await asset('icon.svg'))
  for (const [size, png] of await readIcons(join(root, 'assets/icons')))
    await put(`usr/share/icons/hicolor/${size}/apps/${id}.png`, png)
  await putCommandFiles(put, places, facts)
  await settle(tree, facts.time)
}

/**
 * Creates the file tree of a deb or rpm of the command line alone.
 * @param folder – from `makeCliFolder`
 */
export async function makeCliTree(
  root: string,
  folder: string,
  tree: string,
  facts: BuildFacts,
  places: Places,
): Promise<void> {
  await rm(tree, { recursive: true, force: true })
  const own = 'usr/lib/kindling-cli'
  await mkdir(join(tree, 'usr/bin'), { recursive: true })
  await cp(folder, join(tree, own), { recursive: true })
  await rm(join(tree, own, 'LICENSE'))
  await cp(join(root, 'assets/linux-cli/kindling-privileged'), join(tree, own, 'kindling-privileged'))
  await symlink('../lib/kindling-cli/kindling', join(tree, 'usr/bin/kindling'))
  const put = putIn(tree)
  const policy = await readFile(join(root, `assets/linux/${id}.policy`), 'utf8')
  await put(
    `usr/share/polkit-1/actions/${id}.policy`,
    policy.replace('/opt/Kindling/', `/${own}/`).replace(/ *<icon_name>.*\n/, ''),
  )
  await putCommandFiles(put, places, facts)
  await settle(tree, facts.time)
}

type Put = (path: string, content: string | Uint8Array) => Promise<void>

/** Returns a function that writes a file of a tree. */
const putIn =
  (tree: string): Put =>
  async (path, content) => {
    await mkdir(dirname(join(tree, path)), { recursive: true })
    await writeFile(join(tree, path), content)
  }

/** Writes the man page and the completions. */
async function putCommandFiles(put: Put, places: Places, facts: BuildFacts): Promise<void> {
  await put('usr/share/man/man1/kindling.1.gz', gzip(writeManPage(packageVersion(facts), dateOf(facts))))
  await put('usr/share/bash-completion/completions/kindling', writeBashCompletion())
  await put(`${places.zshCompletions}/_kindling`, writeZshCompletion())
  await put('usr/share/fish/vendor_completions.d/kindling.fish', writeFishCompletion())
}

const dateOf = ({ time }: BuildFacts) => new Date(time * 1000).toISOString().slice(0, 10)

/** Reads all icons, named `16x16.png`, `32x32.png` and so on. */
async function readIcons(directory: string): Promise<[size: string, png: Uint8Array][]> {
  const names = await readdir(directory).catch(() => [])
  const icons: [string, Uint8Array][] = []
  for (const name of names) {
    const size = /^(\d+x\d+)\.png$/.exec(name)?.[1]
    if (size !== undefined) icons.push([size, await readFile(join(directory, name))])
  }
  return icons
}

function writeMetainfo(template: Buffer, facts: BuildFacts, date: string, home: string | null): string {
  const kind = isTestBuild(facts) ? ' type="development"' : ''
  const parts = [
    `  <releases>\n    <release version="${packageVersion(facts)}" date="${date}"${kind} />\n  </releases>`,
  ]
  if (home !== null) {
    const picture = (name: string, caption: string, russian: string, type = '') =>
      `    <screenshot${type}>\n      <image>${home}/raw/${facts.commit}/docs/${name}</image>\n      <caption>${caption}</caption>\n      <caption xml:lang="ru">${russian}</caption>\n    </screenshot>\n`
    parts.push(
      `  <url type="homepage">${home}</url>\n  <url type="bugtracker">${home}/issues</url>`,
      `  <screenshots>\n${picture('window.png', 'An image and a drive are chosen', 'Выбраны образ и накопитель', ' type="default"')}${picture('window-writing.png', 'The drive is written', 'Накопитель записывается')}  </screenshots>`,
    )
  }
  return template.toString().replace(/ *<!-- packaging.*-->\n/, `${parts.join('\n')}\n`)
}

/** Compresses a text as `gzip -n` does: without name and time. */
export const gzip = (text: string) => gzipSync(text, { level: 9 })

/**
 * Sets permissions independently of the umask: everything is readable by all users. Chromium's
 * sandbox helper is setuid root.
 */
export async function settle(tree: string, time: number): Promise<void> {
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', tree])
  execFileSync('find', [tree, '(', '-name', '*.so*', '-o', '-name', '*.node', ')', '-exec', 'chmod', 'a-x', '{}', '+'])
  const sandbox = join(tree, 'opt/Kindling/chrome-sandbox')
  if (existsSync(sandbox)) await chmod(sandbox, 0o4755)
  execFileSync('find', [tree, '-exec', 'touch', '--no-dereference', `--date=@${time}`, '{}', '+'])
}

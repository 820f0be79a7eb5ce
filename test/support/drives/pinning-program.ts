import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { buildOut } from '../run/build-out.ts'
import { kindlingProgram } from '../worlds/run-kindling.ts'

/**
 * Copies the built command line with two changes. It pins the test's key instead of one of
 * Fedora's, whose private key no test has. It asks other addresses for the key.
 * @param places – replacements for the two addresses, in order
 */
export async function makePinningProgram(
  fingerprint: string,
  places: [string, string],
): Promise<{ path: string; dispose(): Promise<void> }> {
  buildOut()
  const directory = await mkdtemp(resolve(import.meta.dirname, '../../../out/test-pinning-'))
  await cp(resolve(kindlingProgram, '..'), directory, { recursive: true, filter: (path) => !path.endsWith('.map') })
  const changes: [RegExp, string][] = [
    // The key of the release that the test mirror publishes.
    [/"release": 44,\s*"fingerprint": "[0-9A-F]{40}"/, `"release": 44, "fingerprint": "${fingerprint}"`],
    [/https:\/\/fedoraproject\.org\/fedora\.gpg/, places[0]],
    [/https:\/\/raw\.githubusercontent\.com\/[^`"']*/, places[1]],
  ]
  const chunks = (await readdir(join(directory, 'chunks'))).filter((name) => name.endsWith('.js'))
  let made = 0
  for (const name of chunks) {
    const path = join(directory, 'chunks', name)
    let text = await readFile(path, 'utf8')
    for (const [what, by] of changes) {
      if (!what.test(text)) continue
      text = text.replace(what, by)
      made++
    }
    await writeFile(path, text)
  }
  if (made !== changes.length) throw new Error(`${made} of ${changes.length} changes could be made`)
  return { path: join(directory, 'kindling.js'), dispose: () => rm(directory, { recursive: true, force: true }) }
}

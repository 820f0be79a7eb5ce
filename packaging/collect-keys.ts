import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pinned from '../assets/fedora-signing-keys.json' with { type: 'json' }
import { readKeyring } from '../src-main/image/proof/keys.ts'
import { keyUrls } from '../src-main/image/proof/key-urls.ts'

/** Download timeout, in milliseconds. */
const patience = 60_000

/**
 * Puts Fedora's keys into the folder that is packaged, after checking each against the pinned
 * fingerprints.
 * @param from – a directory of key files; null downloads them from Fedora and distribution-gpg-keys
 * @param out – output directory, which is replaced; it gets a file `<fingerprint>.asc` per key
 * @returns the pinned keys that were not found
 */
export async function collectKeys(from: string | null, out: string): Promise<typeof pinned> {
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  const files = from === null ? await fetchKeyFiles(out) : await listKeyFiles(from)
  const missing = new Map(pinned.map((each) => [each.fingerprint, each]))
  for (const file of files) {
    for (const key of await readKeyring(file)) {
      const fingerprint = key.getFingerprint().toUpperCase()
      if (missing.delete(fingerprint)) await writeFile(join(out, `${fingerprint}.asc`), key.armor())
    }
    if (from === null) await rm(file)
  }
  return [...missing.values()]
}

async function listKeyFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory)
  return names.filter((name) => /\.(asc|gpg|pgp)$|^RPM-GPG-KEY/.test(name)).map((name) => join(directory, name))
}

/**
 * Downloads the key files. A failed download is not an error here: the key is then reported as
 * missing.
 */
async function fetchKeyFiles(out: string): Promise<string[]> {
  const urls = [...new Set(pinned.flatMap(({ release }) => keyUrls(release)))]
  const answers = await Promise.allSettled(
    urls.map(async (url, index) => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(patience) })
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
      const file = join(out, `fetched-${index}`)
      await writeFile(file, new Uint8Array(await answer.arrayBuffer()))
      return file
    }),
  )
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
}

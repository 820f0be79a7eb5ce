import { copyFile, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readKey } from 'openpgp'
import { expect, test } from 'vitest'
import pinned from '../../assets/fedora-signing-keys.json' with { type: 'json' }
import { collectKeys } from '../../packaging/collect-keys.ts'
import { findKey } from '../../src-main/image/proof/keys.ts'
import { makeSigner } from '../support/mirror/gpg.ts'
import { sharedFile } from '../support/run/shared.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'

const keys = sharedFile('fedora-keys')
const noKeys = 'needs ../shared/fedora-keys'

test('the block of every pinned key is collected, and is that key', async (context) => {
  if (keys === null) return context.skip(noKeys)
  const out = await makeTemporaryDirectory()
  try {
    expect(await collectKeys(keys, out.path)).toEqual([])
    const names = await readdir(out.path)
    expect(names.toSorted()).toEqual(pinned.map(({ fingerprint }) => `${fingerprint}.asc`).toSorted())
    for (const name of names) {
      const key = await readKey({ armoredKey: await readFile(out.file(name), 'utf8') })
      expect(`${key.getFingerprint().toUpperCase()}.asc`).toBe(name)
    }
  } finally {
    await out.dispose()
  }
})

test('a key that is not pinned is left out, whatever its file is called, and those that are not there are told', async (context) => {
  if (keys === null) return context.skip(noKeys)
  const [given, out] = await Promise.all([makeTemporaryDirectory(), makeTemporaryDirectory()])
  try {
    const { armoredPublicKey } = await makeSigner()
    await writeFile(given.file('fedora-44.asc'), armoredPublicKey)
    await copyFile(join(keys, 'fedora-43.asc'), given.file('fedora-43.asc'))
    const missing = await collectKeys(given.path, out.path)
    expect(missing.map(({ release }) => release)).toEqual(
      pinned.map(({ release }) => release).filter((each) => each !== 43),
    )
    expect(await readdir(out.path)).toHaveLength(1)
  } finally {
    await Promise.all([given.dispose(), out.dispose()])
  }
})

test('a packaged key is found without the network', async (context) => {
  if (keys === null) return context.skip(noKeys)
  const out = await makeTemporaryDirectory()
  try {
    await collectKeys(keys, out.path)
    const { fingerprint, release } = pinned.at(-1)!
    const block = await readFile(out.file(`${fingerprint}.asc`), 'utf8')
    const key = await readKey({ armoredKey: block })
    const found = await findKey(
      {
        http: () => Promise.reject(new Error('the network was asked')),
        now: () => 0,
        sleep: () => Promise.reject(new Error('the network was waited for')),
        random: () => 0,
        paths: { cache: out.file('cache'), config: out.file('config'), state: out.file('state') },
        keys: { pinned, urls: () => ['https://fedora.invalid/'], bundled: async () => block },
      },
      key.getKeyID(),
      { keyring: null, retries: 0, signal: new AbortController().signal },
    )
    expect(found).toMatchObject({ trustedBy: 'pinned', owner: `Fedora ${release}` })
  } finally {
    await out.dispose()
  }
})

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHttp } from '../../src-main/net/http.ts'
import type { KeySources } from '../../src-main/ports.ts'
import { readSignedSum } from '../../src-main/updates/prove-update.ts'
import { makeSigner } from '../support/mirror/gpg.ts'
import { lacking } from '../support/run/needs.ts'
import { startMirror } from '../support/mirror/mirror.ts'
import { runTool } from '../support/programs/run-tool.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'

const missing = lacking('linux', 'command:gpg')
const name = 'kindling-0.2.0-linux-x86_64.AppImage'
const sha256 = 'a'.repeat(64)

let place: TemporaryDirectory
let home: string
let fingerprint: string
/** The release's secret key, in the form of the workflow's secret. */
let secret: string
beforeEach(async (context) => {
  if (missing !== null) return context.skip(missing)
  place = await makeTemporaryDirectory('kindling-sums-')
  home = await mkdtemp('/tmp/kg-')
  const gpg = (...args: string[]) =>
    runTool('gpg', ['--homedir', home, '--batch', '--charset', 'utf-8', '--quiet', ...args])
  await gpg('--passphrase', '', '--quick-gen-key', 'Kindling releases', 'rsa2048', 'sign', 'never')
  fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec((await gpg('--with-colons', '--list-keys')).toString())![1]!
  secret = (await gpg('--armor', '--export-secret-keys')).toString()
  await writeFile(place.file('trusted.asc'), await gpg('--armor', '--export'))
  await writeFile(place.file('SHA256SUMS'), `${sha256}  ${name}\n`)
})
afterEach(async () => {
  if (missing !== null) return
  await runTool('gpgconf', ['--homedir', home, '--kill', 'all'])
  await rm(home, { recursive: true, force: true })
  await place.dispose()
})

const sign = (trusted: string) =>
  runTool(resolve('packaging/sign-sums'), [place.path, trusted], { env: { RELEASE_SIGNING_KEY: secret } })

test('what a release signs is what an installed Kindling takes for proved', async () => {
  await sign(place.file('trusted.asc'))
  const mirror = await startMirror()
  try {
    for (const each of ['SHA256SUMS', 'SHA256SUMS.sig']) await mirror.put(each, await readFile(place.file(each)))
    const keys: KeySources = {
      pinned: [{ fingerprint, release: 0 }],
      bundled: () => readFile(place.file('trusted.asc'), 'utf8'),
      urls: () => [],
    }
    const ports = {
      http: createHttp(),
      now: Date.now,
      sleep: () => Promise.resolve(),
      random: Math.random,
      paths: { cache: place.path, config: place.path, state: place.path },
    }
    const file = new URL(name, mirror.url)
    expect(await readSignedSum(ports, keys, { file, name })).toEqual({ sha256, signedBy: fingerprint })
    const other = name.replace('0.2.0', '0.3.0')
    await expect(readSignedSum(ports, keys, { file, name: other })).rejects.toMatchObject({ code: 'update-unproved' })
  } finally {
    await mirror.close()
  }
})

test('a release whose secret key is none that the packages trust is not made', async () => {
  const stranger = await makeSigner()
  try {
    await writeFile(join(place.path, 'stranger.asc'), stranger.armoredPublicKey)
    await expect(sign(place.file('stranger.asc'))).rejects.toThrow(/No public key/)
  } finally {
    await stranger.dispose()
  }
})

import { expect } from 'vitest'
import { readCatalog } from '../../../src-main/catalog/read-catalog.ts'
import { createHttp } from '../../../src-main/net/http.ts'
import { startMirror } from '../../support/mirror/mirror.ts'
import { testWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory } from '../../support/files/temporary.ts'
import { syntheticStream } from './synthetic-stream.ts'
import { saying } from '../../support/expect/saying.ts'

const file = 'streams/stable.json'
const metadata = JSON.stringify(syntheticStream())

testWith(['command:openssl'], 'over https a redirect to http is refused', async () => {
  const [mirror, secure, temporary] = await Promise.all([
    startMirror(),
    startMirror({ https: true }),
    makeTemporaryDirectory(),
  ])
  try {
    const wish = { stream: 'stable', baseUrl: secure.streamBaseUrl }
    const ports = {
      http: createHttp({ ca: secure.ca! }),
      now: () => Date.UTC(2026, 6, 22),
      paths: { cache: temporary.path, config: '', state: '' },
    }
    await secure.put(file, metadata)
    expect(await readCatalog(ports, wish)).toMatchObject({ offline: null })
    secure.fault(file, { kind: 'redirect', to: `${mirror.url}${file}` })
    expect(await readCatalog(ports, wish)).toMatchObject({
      offline: saying('it has no encryption'),
    })
    expect(mirror.requests).toHaveLength(0)
  } finally {
    await Promise.all([mirror.close(), secure.close(), temporary.dispose()])
  }
})

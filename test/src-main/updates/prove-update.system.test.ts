import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHttp } from '../../../src-main/net/http.ts'
import { readSignedSum } from '../../../src-main/updates/prove-update.ts'
import { makeSigner, type Signer } from '../../support/mirror/gpg.ts'
import { describeWith } from '../../support/run/needs.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'

const name = 'Kindling-0.2.0.AppImage'
const [first, second] = ['1'.repeat(64), '2'.repeat(64)]

describeWith(['command:gpg'], 'the signed list of sums of an update', () => {
  let mirror: Mirror
  let signer: Signer
  let world: TestPorts
  beforeAll(async () => {
    ;[mirror, signer, world] = await Promise.all([startMirror(), makeSigner(), makeTestPorts({ http: createHttp() })])
  })
  afterAll(() => Promise.all([mirror.close(), signer.dispose(), world.dispose()]))

  async function read(sums: string) {
    const bytes = Buffer.from(sums)
    await mirror.put('SHA256SUMS', bytes)
    await mirror.put('SHA256SUMS.sig', await signer.sign(bytes))
    const keys = {
      pinned: [{ fingerprint: signer.fingerprint, release: 0 }],
      bundled: async () => signer.armoredPublicKey,
      urls: () => [],
    }
    return readSignedSum(world.ports, keys, { file: new URL(`${mirror.url}${name}`), name })
  }

  test('a list that names the file once gives its sum', async () => {
    const sums = `${second}  another-file\n${first}  ${name}\n`
    expect(await read(sums)).toEqual({ sha256: first, signedBy: signer.fingerprint })
  })

  test.each([
    ['not at all', `${first}  ${name}.zsync\n`],
    ['twice, with two sums', `${first}  ${name}\n${second}  ${name}\n`],
    ['twice, with one sum', `${first}  ${name}\n${first} *${name}\n`],
  ])('a list that names the file %s proves nothing, although it is signed', async (_, sums) => {
    await expect(read(sums)).rejects.toMatchObject({ code: 'update-unproved' })
  })
})

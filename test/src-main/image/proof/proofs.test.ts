import { setImmediate as later } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startFileProofs } from '../../../../src-main/image/proof/proofs.ts'
import type { SourcePlan } from '../../../../src-main/image/source/source.ts'
import type { Trust } from '../../../../src-main/image/proof/trust.ts'
import { KindlingError } from '../../../../src-shared/failure.ts'

const plan = { sha256: null } as SourcePlan
const signedBy = (prove: () => Promise<void>) =>
  ({ origin: 'signature', signature: { hashName: 'sha256', prove } }) as unknown as Trust

test('a file is not proved before its signature is, however long that takes', async () => {
  let proved = false
  const trust = signedBy(async () => {
    for (let turn = 0; turn < 20; turn++) await later()
    proved = true
  })
  const proofs = startFileProofs(plan, trust)
  proofs.update(Buffer.from('bytes'))
  expect((await proofs.conclude()).size).toBe(5)
  expect(proved).toBe(true)
})

test('a signature that turns out bad late refuses the file', async () => {
  const trust = signedBy(async () => {
    for (let turn = 0; turn < 20; turn++) await later()
    throw new KindlingError('signature-bad')
  })
  const concluded = startFileProofs(plan, trust).conclude()
  await expect(concluded).rejects.toMatchObject({ code: 'signature-bad' })
})

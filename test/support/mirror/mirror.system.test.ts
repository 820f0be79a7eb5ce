import { request as httpsRequest } from 'node:https'
import { expect } from 'vitest'
import { startMirror } from './mirror.ts'
import { testWith } from '../run/needs.ts'

testWith(['command:openssl'], 'the mirror speaks https', async () => {
  const secure = await startMirror({ https: true })
  const address = await secure.put('secret', 'kept')
  const status = await new Promise((resolve, reject) => {
    httpsRequest(address, { ca: secure.ca! }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end()
  })
  expect([status, new URL(address).protocol]).toEqual([200, 'https:'])
  await secure.close()
})

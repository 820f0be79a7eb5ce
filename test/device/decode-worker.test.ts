import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOut } from '../support/build-out.ts'
import { makeCliWorld, type CliWorld } from '../support/cli-world.ts'
import { xz } from '../support/compress.ts'
import { expectDriveState } from '../support/expect-drive.ts'
import { expectDone, expectFailed } from '../support/expect-events.ts'
import { noteFailure } from '../support/fault-matrix.ts'
import { kindlingProgram } from '../support/run-kindling.ts'
import { expectTrueCache } from '../support/kill-moments.ts'
import { makeRandom } from '../support/random-bytes.ts'

// A thread cannot be killed from outside: the one of a copy of the program ends itself, at a message that the test chooses.

const mib = 1024 * 1024
const copy = resolve(import.meta.dirname, `../../out/test-dying-worker-${process.pid}`)
const death = `
import { parentPort as dyingPort } from 'node:worker_threads'
let dyingAt = Number(process.env.DIES_AT)
dyingPort.on('message', () => {
  if (dyingAt-- !== 0) return
  if (process.env.DIES_OF === 'exit') process.exit(1)
  if (process.env.DIES_OF === 'memory') { const all = []; for (;;) all.push(new Array(1e6).fill(all)) }
  throw new Error('the decoder broke')
})
`

let world: CliWorld
beforeAll(async () => {
  buildOut()
  await cp(resolve(kindlingProgram, '..'), copy, { recursive: true })
  const worker = (await readdir(join(copy, 'chunks'))).find((name) => /^decode-worker.*\.js$/.test(name))!
  const path = join(copy, 'chunks', worker)
  await writeFile(path, death + (await readFile(path, 'utf8')))
  world = await makeCliWorld({ imageSize: 6 * mib })
})
afterAll(async () => {
  await rm(copy, { recursive: true, force: true })
  await world.dispose()
})

describe('a decode worker that dies', () => {
  it.each(['exit', 'error', 'memory'])(
    'of %s, at whatever moment: an internal failure, no hang, and the next run succeeds',
    async (reason) => {
      const random = makeRandom(reason.length)
      const source = ['--image-file', await world.save('image.raw.xz', await xz(world.raw, { blockSize: '1MiB' }))]
      // With one thread for six blocks it has a message for each slot and chunk.
      for (const at of [0, 3, 4 + (random() % 10), 14 + (random() % 10)]) {
        const drive = await world.makeDrive()
        const args = ['write', ...source, '--drive', drive.path, '--yes', '--json']
        const env = { XDG_CACHE_HOME: world.path('cache') }
        const run = await world.kindling(args, {
          as: ([node, , ...words]) => [node!, join(copy, 'kindling.js'), ...words],
          env: { ...env, DIES_AT: String(at), DIES_OF: reason },
        })
        const failure = expectFailed(run, 'internal', 1)
        expectDriveState(failure.driveState, { before: drive.before, after: await drive.read() })
        await expectTrueCache(`${env.XDG_CACHE_HOME}/kindling/images`)
        if (at > 0) continue
        noteFailure(`a decode worker dies (${reason})`, failure)
        expect(expectDone(await world.kindling(args)).drive?.state).toBe('proved')
      }
    },
  )
})

import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../../src-main/app/create-app.ts'
import type { JobEvent } from '../../../src-shared/job.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

describe('a write that ejects', () => {
  let directory: TemporaryDirectory
  let testPorts: TestPorts
  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    testPorts = await makeTestPorts()
    await writeFile(directory.file('image.raw'), makeRawImage({ size: 4 * mib, seed: 5 }))
  })
  afterAll(async () => {
    await testPorts.dispose()
    await directory.dispose()
  })

  async function write(memory: MemoryDrive, eject: boolean): Promise<JobEvent> {
    const api = createApp({ ...testPorts.ports, drives: memory.drives })
    const end = new Promise<JobEvent>((resolve) => {
      api.subscribe(
        (news) =>
          news.news === 'job' && (news.event.event === 'done' || news.event.event === 'failed') && resolve(news.event),
        ['job'],
      )
    })
    const image = { kind: 'file' as const, path: directory.file('image.raw') }
    await api.start({ spec: { job: 'write', drive: '/dev/memory', source: { image, insecure: true }, eject } })
    return end
  }
  const kinds = (memory: MemoryDrive) => memory.operations.map(({ kind }) => kind)

  test('powers the drive off after its last proof, and then lets go of it', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    expect(await write(memory, true)).toMatchObject({
      event: 'done',
      receipt: { drive: { state: 'proved' }, warnings: [] },
    })
    expect(kinds(memory).slice(-4)).toEqual(['read', 'reread', 'eject', 'close'])
    expect(kinds(memory).filter((kind) => kind === 'eject')).toHaveLength(1)
  })

  test('does so only when it was asked to', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    expect(await write(memory, false)).toMatchObject({ event: 'done' })
    expect(kinds(memory)).not.toContain('eject')
  })

  test('a drive that was not proved stays where it is', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    memory.afterRead = (bytes, offset) => void (offset >= mib && (bytes[0]! ^= 1))
    expect(await write(memory, true)).toMatchObject({ event: 'failed', code: 'read-back-mismatch' })
    expect(kinds(memory)).not.toContain('eject')
  })

  test('a drive that cannot be powered off is proved all the same, and the receipt says so', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    memory.before = ({ kind }) => {
      if (kind === 'eject') throw new Error('the port has no switch')
    }
    expect(await write(memory, true)).toMatchObject({
      event: 'done',
      receipt: {
        drive: { state: 'proved' },
        warnings: [{ code: 'drive-not-ejected', message: 'the port has no switch' }],
      },
    })
    expect(kinds(memory).at(-1)).toBe('close')
  })
})

import { createHash } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { JobEvent, WriteSpec } from '../../../src-shared/job.ts'
import { createApp } from '../../../src-main/app/create-app.ts'
import type { Drives } from '../../../src-main/ports.ts'
import { markerSize } from '../../../src-main/write/kept-bytes.ts'
import { xz } from '../../support/images/compress.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import type { Operation } from '../../support/drives/drive-clock.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { standStill } from '../../support/run/stand-still.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

// More than the queues of a drive can take, so that a slow drive is left behind.
const raw = makeRawImage({ size: 72 * mib + 1000, seed: 5 })

const compress = (bytes: Buffer) => xz(bytes, { blockSize: '8MiB' })

/** Presents several drives in memory as the drives of this computer. */
function gather(drives: MemoryDrive[]): Drives {
  const of = (path: string) => {
    const found = drives.find(({ drive }) => drive.identity.device === path)
    if (found === undefined) throw new KindlingError('drive-missing', { drive: path })
    return found
  }
  return {
    ...drives[0]!.drives,
    list: async () => drives.map(({ drive }) => drive),
    inspect: async (path) => of(path).drive,
    open: async (drive) => of(drive.identity.device).target,
  }
}

describe('write job of several drives', () => {
  let directory: TemporaryDirectory
  let testPorts: TestPorts
  let mirror: Mirror
  let url: string
  let file: string
  let sha256: string

  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    file = directory.file('image.raw.xz')
    const bytes = await compress(raw)
    await writeFile(file, bytes)
    sha256 = createHash('sha256').update(bytes).digest('hex')
    mirror = await startMirror()
    url = await mirror.put('image.raw.xz', bytes)
  })
  // Fresh ports for each test, because the cache of one test would serve the next.
  beforeEach(async () => {
    testPorts = await makeTestPorts()
  })
  afterEach(() => testPorts.dispose())
  afterAll(async () => {
    await mirror.close()
    await directory.dispose()
  })

  /**
   * Runs all jobs until the last one ends.
   * @returns the events of each drive, and the devices in the order in which they ended
   */
  async function run(
    drives: MemoryDrive[],
    given: Partial<WriteSpec> = {},
    onEvent: (device: string, event: JobEvent, cancel: (device: string) => void) => void = () => {},
  ) {
    const api = createApp({ ...testPorts.ports, drives: gather(drives) })
    const devices = drives.map(({ drive }) => drive.identity.device)
    const events = new Map(devices.map((device): [string, JobEvent[]] => [device, []]))
    const order: string[] = []
    let ids: string[] = []
    await new Promise<void>((resolve, reject) => {
      api.subscribe(
        (news) => {
          if (news.news !== 'job') return
          const device = devices[ids.indexOf(news.id)]!
          events.get(device)!.push(news.event)
          onEvent(device, news.event, (other) => void api.cancel({ id: ids[devices.indexOf(other)]! }))
          if (news.event.event !== 'done' && news.event.event !== 'failed') return
          order.push(device)
          if (order.length === devices.length) resolve()
        },
        ['job'],
      )
      const spec = { source: { image: { kind: 'file' as const, path: file }, sha256 }, ...given }
      void api.startWrites({ spec: { ...spec, drives: devices.map((drive) => ({ drive })) } }).then((answer) => {
        if (answer.ok) ids = answer.value.ids
        else reject(new Error(answer.failure.code))
      })
    })
    return { last: (device: string) => events.get(device)!.at(-1)!, events, order }
  }

  const make = (device: string) => makeMemoryDrive({ size: 80 * mib, device })
  const holdsImage = ({ bytes }: MemoryDrive) => bytes.subarray(0, raw.length).equals(raw)
  /** Returns whether an operation writes the image: after its first MiB, and not a probe. */
  const writesImage = (operation: Operation): operation is Operation & { offset: number } =>
    isBody(operation) && 'length' in operation && operation.offset < raw.length && operation.length > markerSize
  const isBody = ({ kind, ...operation }: Operation) =>
    kind === 'write' && 'offset' in operation && operation.offset >= mib

  test('gives each a receipt, from one reading of the image', async () => {
    const drives = [make('/dev/a'), make('/dev/b'), make('/dev/c')]
    const { last, events } = await run(drives)
    for (const drive of drives) {
      const { device } = drive.drive.identity
      expect(last(device)).toMatchObject({
        event: 'done',
        receipt: { drive: { identity: { device }, state: 'proved' }, image: { sha256: { actual: sha256 } } },
      })
      expect(holdsImage(drive)).toBe(true)
      const phases = events.get(device)!.flatMap((event) => (event.event === 'phase' ? [event.phase] : []))
      expect(phases).toEqual(['signature', 'prove', 'prepare', 'write', 'flush', 'read-back', 'finish'])
    }
  })

  test.each<[string, (operation: Operation) => boolean]>([
    ['while it is cleared', ({ kind }) => kind === 'write'],
    ['in the middle', (operation) => isBody(operation) && 'offset' in operation && operation.offset > 20 * mib],
    ['when it is flushed', ({ kind }) => kind === 'flush'],
  ])('lets the others go on when one fails %s', async (_, matches) => {
    const [good, bad] = [make('/dev/good'), make('/dev/bad')]
    bad.before = (operation) => {
      if (matches(operation))
        throw new KindlingError('drive-write-failed', { drive: '/dev/bad', offset: 0, reason: 'EIO' })
    }
    const { last } = await run([bad, good])
    expect(last('/dev/bad')).toMatchObject({ event: 'failed', code: 'drive-write-failed' })
    expect(last('/dev/good')).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved' } } })
    expect(holdsImage(good)).toBe(true)
    expect(holdsImage(bad)).toBe(false)
  })

  test('ends for one alone that is stopped while the server is silent', async () => {
    const [stopped, other] = [make('/dev/stopped'), make('/dev/other')]
    const path = await mirror.put('silent.raw.xz', await readFile(file))
    mirror.fault(path, { kind: 'stall', afterBytes: Math.floor((await stat(file)).size / 2) })
    const source = { image: { kind: 'url' as const, url: path }, insecure: true }
    const { last, order } = await run([stopped, other], { source }, (device, event, cancel) => {
      if (device !== '/dev/stopped') return
      if (event.event === 'phase' && event.phase === 'write')
        void mirror.stalled(path).then(() => cancel('/dev/stopped'))
      // The server sends nothing more until this job has ended.
      if (event.event === 'failed') mirror.clearFaults(path)
    })
    expect(order).toEqual(['/dev/stopped', '/dev/other'])
    expect(last('/dev/stopped')).toMatchObject({ event: 'failed', code: 'interrupted', driveState: 'cleared' })
    expect(last('/dev/other')).toMatchObject({ event: 'done', receipt: { drive: { state: 'proved' } } })
  })

  test('ends when the last drive fails while the server is silent', async () => {
    const drives = [make('/dev/a'), make('/dev/b')]
    const path = await mirror.put('silent-too.raw.xz', await readFile(file))
    mirror.fault(path, { kind: 'stall', afterBytes: Math.floor((await stat(file)).size / 2) })
    for (const drive of drives)
      drive.before = async (operation) => {
        if (!writesImage(operation)) return
        await mirror.stalled(path)
        // All that came was decoded and is queued, so the reading waits for the server.
        await standStill()
        throw new KindlingError('drive-write-failed', { drive: drive.drive.name, offset: 0, reason: 'EIO' })
      }
    // The server is asked again and again, for ever.
    const source = { image: { kind: 'url' as const, url: path }, insecure: true, fetchRetries: null }
    const { last } = await run(drives, { source })
    for (const device of ['/dev/a', '/dev/b'])
      expect(last(device)).toMatchObject({ event: 'failed', code: 'drive-write-failed', driveState: 'cleared' })
    mirror.clearFaults(path)
  })

  test('lets the others go on when one is not there or too small', async () => {
    const [good, small] = [make('/dev/good'), makeMemoryDrive({ size: 20 * mib, device: '/dev/small' })]
    const { last } = await run([small, good])
    expect(last('/dev/small')).toMatchObject({ event: 'failed', code: 'drive-too-small', driveState: 'untouched' })
    expect(last('/dev/good')).toMatchObject({ event: 'done' })
    expect(small.operations).toEqual([])
  })

  test('a drive that stands still holds up nobody, and gets its rest from another reading', async () => {
    const [fast, slow] = [make('/dev/fast'), make('/dev/slow')]
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    slow.before = (operation) => (isBody(operation) ? released : undefined)
    const { last, order } = await run([slow, fast], {}, (device, event) => {
      if (device === '/dev/fast' && event.event === 'done') release()
    })
    expect(order).toEqual(['/dev/fast', '/dev/slow'])
    for (const drive of [fast, slow]) {
      expect(last(drive.drive.identity.device)).toMatchObject({
        event: 'done',
        receipt: { drive: { state: 'proved' } },
      })
      expect(holdsImage(drive)).toBe(true)
    }
  })

  test('a slow drive gets its rest from the cache when the image came from a server', async () => {
    const [fast, slow] = [make('/dev/fast'), make('/dev/slow')]
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    slow.before = (operation) => (isBody(operation) ? released : undefined)
    const before = mirror.requestsFor(url).length
    const source = { image: { kind: 'url' as const, url }, sha256 }
    const { last } = await run([slow, fast], { source }, (device, event) => {
      if (device === '/dev/fast' && event.event === 'done') release()
    })
    expect(last('/dev/slow')).toMatchObject({ event: 'done' })
    expect(holdsImage(slow)).toBe(true)
    const whole = mirror
      .requestsFor(url)
      .slice(before)
      .filter(({ headers }) => headers.range === undefined)
    expect(whole).toHaveLength(1)
  })

  test('a drive that has other bytes than the second reading begins with does not boot, without a read-back either', async () => {
    const other = Buffer.from(raw)
    other.fill('evil', 3 * mib, 3 * mib + 4096)
    const published = await compress(other)
    const turning = await mirror.put('turns.raw.xz', published)
    // The first reading gets far, but cannot finish.
    mirror.fault(turning, { kind: 'stall', afterBytes: published.length - 1000 })
    const source = { image: { kind: 'url' as const, url: turning }, sha256 }
    const [fast, slow, late] = [make('/dev/fast'), make('/dev/slow'), make('/dev/late')]
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    let take = () => {}
    const taken = new Promise<void>((resolve) => (take = resolve))
    // The slow drive has the differing bytes before the others continue.
    slow.before = (operation) => {
      if (!writesImage(operation) || operation.offset < 4 * mib) return undefined
      take()
      return released
    }
    // The late drive takes only the first MiB of the first reading, which both images have in
    // common.
    late.before = (operation) => (operation.kind === 'write' ? released : undefined)
    fast.before = async (operation) => {
      // The fast drive passes 48 MiB only after the others, which were given at most 46 MiB, were
      // left behind. More bytes must follow: a drive that waits for bytes does not notice a failed
      // write.
      if (!writesImage(operation)) return
      await taken
      if (operation.offset < 48 * mib) return
      await mirror.put('turns.raw.xz', await readFile(file))
      throw new KindlingError('drive-gone', { drive: '/dev/fast' })
    }
    const { last } = await run([slow, fast, late], { source, verify: false }, (device, event) => {
      if (device !== '/dev/fast' || event.event !== 'failed') return
      release()
      mirror.clearFaults(turning)
    })
    expect(last('/dev/slow')).toMatchObject({ event: 'failed', code: 'source-changed', driveState: 'cleared' })
    expect(slow.bytes.includes('evil')).toBe(true)
    expect(slow.bytes.subarray(0, mib).every((byte) => byte === 0)).toBe(true)
    expect(last('/dev/late')).toMatchObject({
      event: 'done',
      receipt: { drive: { state: 'written-not-read-back' } },
    })
    expect(holdsImage(late)).toBe(true)
  })

  test('where the image cannot be read again a slow drive is waited for', async () => {
    const [fast, slow] = [make('/dev/fast'), make('/dev/slow')]
    let waits = 20
    slow.before = async (operation) => {
      if (isBody(operation) && waits-- > 0) await delay(20)
    }
    const source = { image: { kind: 'url' as const, url }, insecure: true }
    const before = mirror.requestsFor(url).length
    const { last } = await run([slow, fast], { source })
    for (const drive of [fast, slow]) expect(last(drive.drive.identity.device)).toMatchObject({ event: 'done' })
    expect(holdsImage(slow)).toBe(true)
    const whole = mirror
      .requestsFor(url)
      .slice(before)
      .filter(({ headers }) => headers.range === undefined)
    expect(whole).toHaveLength(1)
  })

  test('stops one on request, and the others go on', async () => {
    const [kept, stopped] = [make('/dev/kept'), make('/dev/stopped')]
    const { last } = await run([stopped, kept], {}, (device, event, cancel) => {
      if (device === '/dev/stopped' && event.event === 'phase' && event.phase === 'write') cancel('/dev/stopped')
    })
    expect(last('/dev/stopped')).toMatchObject({ event: 'failed', code: 'interrupted', driveState: 'cleared' })
    expect(last('/dev/kept')).toMatchObject({ event: 'done' })
    expect(holdsImage(kept)).toBe(true)
  })

  test('fails all when the image is not what was promised', async () => {
    const drives = [make('/dev/a'), make('/dev/b')]
    const bad = directory.file('bad.raw.xz')
    await writeFile(bad, await xz(raw.subarray(0, 3 * mib)))
    const { last } = await run(drives, { source: { image: { kind: 'file', path: bad }, sha256 } })
    for (const { drive, operations } of drives) {
      expect(last(drive.identity.device)).toMatchObject({
        event: 'failed',
        code: 'sha256-mismatch',
        driveState: 'untouched',
      })
      expect(operations).toEqual([])
    }
    await rm(bad)
  })

  test('refuses a drive that is named twice', async () => {
    const drive = make('/dev/a')
    const api = createApp({ ...testPorts.ports, drives: gather([drive]) })
    const failures: JobEvent[] = []
    await new Promise<void>((resolve) => {
      api.subscribe(
        (news) => {
          if (news.news === 'job' && news.event.event === 'failed' && failures.push(news.event) === 2) resolve()
        },
        ['job'],
      )
      void api.startWrites({
        spec: {
          source: { image: { kind: 'file', path: file }, sha256 },
          drives: [{ drive: '/dev/a' }, { drive: '/dev/a' }],
        },
      })
    })
    expect(failures).toMatchObject([{ code: 'usage' }, { code: 'usage' }])
    expect(drive.operations).toEqual([])
  })
})

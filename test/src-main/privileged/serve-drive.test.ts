import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { allocateAligned } from '../../../src-main/memory/aligned-memory.ts'
import { accept, invite, type Meeting } from '../../../src-main/privileged/invitation.ts'
import { isDeviceName } from '../../../src-main/privileged/device-name.ts'
import { sendLine } from '../../../src-main/privileged/lines.ts'
import { order } from '../../../src-main/privileged/messages.ts'
import { openRemoteTarget } from '../../../src-main/privileged/remote-target.ts'
import { serveDrive } from '../../../src-main/privileged/serve-drive.ts'
import { slotCount, slotSize } from '../../../src-main/privileged/shared-slots.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { mib } from '../../support/files/mib.ts'

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

/** Connects engine and helper with a real socket, and the file that they share. */
async function meet(): Promise<{ engine: Meeting; helper: Meeting }> {
  const invitation = await invite()
  try {
    const helper = await accept(invitation.path, process.getuid?.() ?? null)
    const engine = await invitation.guest
    sockets.push(engine.socket, helper.socket)
    return { engine, helper }
  } finally {
    await invitation.withdraw()
  }
}

async function serve(memory: MemoryDrive) {
  const { engine, helper } = await meet()
  const served = serveDrive(helper.socket, helper.slots, (_, mode) => memory.drives.open(memory.drive, mode))
  served.catch(() => undefined)
  const open = (mode: 'read' | 'write' = 'write') =>
    openRemoteTarget(engine.socket, engine.slots, memory.drive.identity, mode)
  return { engine: engine.socket, helper: helper.socket, served, open }
}

const move = { id: 1, slot: 0, offset: 0, length: 512 }
const failureOf = (promise: Promise<unknown>) => promise.then(() => null).catch((error: unknown) => error)
const writesTo = ({ operations }: MemoryDrive) => operations.filter(({ kind }) => kind === 'write')

describe('a drive behind a helper', () => {
  test('takes bytes and gives them back, in parts and more than one slot holds', async () => {
    const memory = makeMemoryDrive({ size: 64 * mib })
    const { open, served } = await serve(memory)
    const target = await open()
    expect(target).toMatchObject({ size: 64 * mib, sectorSize: 512, alignment: 512, pastCache: true })
    const bytes = makeNoise(4 * slotSize + 5 * mib, 7)
    const parts = [bytes.subarray(0, mib), bytes.subarray(mib, mib + 512), bytes.subarray(mib + 512)]
    await Promise.all([target.write(parts, 2 * mib), target.write(bytes.subarray(0, 4096), 0)])
    await target.flush()
    const found = allocateAligned(bytes.length)
    await target.read(found, 2 * mib)
    expect(Buffer.from(found).equals(bytes)).toBe(true)
    expect(await target.rereadPartitionTable()).toBeNull()
    await target.close()
    await served
    expect(memory.operations.at(-1)).toEqual({ kind: 'close' })
    expect(memory.bytes.subarray(0, 4096).equals(bytes.subarray(0, 4096))).toBe(true)
  })

  test('is powered off by the helper, and not cleared any more when the engine goes after that', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    const { open, engine, served } = await serve(memory)
    const target = await open()
    await target.write(Buffer.alloc(mib, 1), 0)
    expect(await target.eject()).toBeNull()
    engine.destroy()
    await served
    expect(memory.operations.map(({ kind }) => kind)).toEqual(['write', 'eject', 'close'])
    expect(memory.bytes[0]).toBe(1)
  })

  test('fails as it would here: with the same code, details and cause', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    const { open } = await serve(memory)
    const target = await open()
    memory.before = ({ kind }) => {
      if (kind === 'write')
        throw new KindlingError(
          'drive-write-failed',
          { drive: 'x', offset: 5, reason: 'EIO' },
          { cause: new Error('i/o') },
        )
      if (kind === 'flush') throw new Error('something else')
    }
    expect(await failureOf(target.write(new Uint8Array(512), 0))).toMatchObject({
      code: 'drive-write-failed',
      details: { drive: 'x', offset: 5, reason: 'EIO' },
      cause: { message: 'i/o' },
    })
    expect(await failureOf(target.flush())).toMatchObject({ code: 'internal', details: { reason: 'something else' } })
    // A failed operation does not end the session.
    await target.read(new Uint8Array(512), 0)
    await target.close()
  })

  test('is cleared at both ends when its engine goes without a word, once what is under way is over', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    const { open, engine, served } = await serve(memory)
    const target = await open()
    await target.write(Buffer.alloc(mib, 1), 4 * mib)
    let finish = () => {}
    const under = new Promise<void>((resolve) => {
      memory.before = (operation) => {
        if (operation.kind !== 'write' || operation.offset !== 0) return
        memory.before = () => {}
        resolve()
        return new Promise<void>((settle) => (finish = settle))
      }
    })
    const head = target.write(Buffer.alloc(mib, 2), 0)
    head.catch(() => undefined)
    await under
    engine.destroy()
    expect(await failureOf(head)).toMatchObject({ code: 'helper-lost' })
    // The helper waits for the pending write, which would otherwise overwrite its zeros.
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(writesTo(memory)).toHaveLength(1)
    finish()
    await failureOf(served)
    expect(memory.bytes.subarray(0, mib).every((byte) => byte === 0)).toBe(true)
    expect(memory.bytes.subarray(-mib).every((byte) => byte === 0)).toBe(true)
    expect(memory.bytes[4 * mib]).toBe(1)
    expect(memory.operations.at(-1)).toEqual({ kind: 'close' })
  })

  test('is cleared also when the first write failed half-way: nobody knows what of it reached the drive', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    const { open, engine, served } = await serve(memory)
    const target = await open()
    memory.before = ({ kind }) => {
      if (kind !== 'write') return
      memory.before = () => {}
      memory.bytes.fill(1, 0, 512)
      throw new Error('EIO')
    }
    expect(await failureOf(target.write(new Uint8Array(mib), 0))).toMatchObject({ code: 'internal' })
    engine.destroy()
    await served
    expect(memory.bytes.subarray(0, mib).every((byte) => byte === 0)).toBe(true)
    expect(memory.bytes.subarray(-mib).every((byte) => byte === 0)).toBe(true)
  })

  test('is not changed through an order to read it', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    const { open, served } = await serve(memory)
    const target = await open('read')
    await target.read(new Uint8Array(512), 0)
    for (const change of [() => target.write(new Uint8Array(512), 0), target.rereadPartitionTable, target.eject])
      expect(await failureOf(change())).toMatchObject({ details: { reason: 'the drive is open for reading alone' } })
    await target.close()
    await served
    expect(memory.operations.map(({ kind }) => kind)).toEqual(['read', 'close'])
  })

  test('takes no more orders at once than there are slots for, and as many that move nothing', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    const { open, engine, served } = await serve(memory)
    await open()
    let [flushes, release] = [0, () => {}]
    const released = new Promise<void>((resolve) => (release = resolve))
    memory.before = ({ kind }) => {
      if (kind !== 'flush') return
      if (++flushes === 2 * slotCount) release()
      return released
    }
    const orders = Array.from({ length: 2 * slotCount + 1 }, (_, id) => `${JSON.stringify({ id, act: 'flush' })}\n`)
    engine.write(orders.join(''))
    await released
    engine.end()
    expect(await failureOf(served)).toMatchObject({ message: 'more orders than there are slots' })
  })

  test('is left as it was when its engine goes before anything was written', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    const { open, engine, served } = await serve(memory)
    const target = await open()
    await target.read(new Uint8Array(512), 0)
    engine.destroy()
    await served
    expect(writesTo(memory)).toEqual([])
    expect(memory.operations.at(-1)).toEqual({ kind: 'close' })
  })

  test('is lost, with a code of its own, when its helper goes', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    const { open, helper } = await serve(memory)
    const target = await open()
    memory.before = () => void helper.destroy()
    expect(await failureOf(target.read(new Uint8Array(512), 0))).toMatchObject({ code: 'helper-lost' })
    expect(await failureOf(target.flush())).toMatchObject({ code: 'helper-lost' })
    expect(await failureOf(target.close())).toMatchObject({ code: 'helper-lost' })
  })

  test.each<[string, (engine: Socket) => unknown]>([
    ['bytes that are no message', (engine) => engine.write(Buffer.alloc(64, 0x0a))],
    ['a message without an end', (engine) => engine.write('x'.repeat(70_000))],
    ['an order that there is not', (engine) => sendLine(engine, { act: 'format', id: 1 })],
    ['an order with more than was agreed', (engine) => sendLine(engine, { act: 'flush', id: 1, also: 'x' })],
    ['a read of more than a slot', (engine) => sendLine(engine, { ...move, act: 'read', length: slotSize + 512 })],
    ['a slot that there is not', (engine) => sendLine(engine, { ...move, act: 'write', slot: 8 })],
    ['a write before the start', (engine) => sendLine(engine, { ...move, act: 'write', offset: -512 })],
    ['a message that breaks off', (engine) => engine.end('{"act":"flush"')],
  ])('ends at %s, and the drive is cleared', async (_, say) => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    const { open, engine, served } = await serve(memory)
    const target = await open()
    await target.write(Buffer.alloc(mib, 1), 4 * mib)
    const closed = once(engine, 'close')
    say(engine)
    expect(await failureOf(served)).toBeInstanceOf(Error)
    await closed
    expect(writesTo(memory).slice(1)).toEqual([
      { kind: 'write', offset: 0, length: mib },
      { kind: 'write', offset: 7 * mib, length: mib },
    ])
    expect(await failureOf(target.flush())).toMatchObject({ code: 'helper-lost' })
  })

  test('opens one drive, once, and does nothing before', async () => {
    const memory = makeMemoryDrive({ size: 8 * mib })
    const { engine, helper } = await meet()
    const served = serveDrive(helper.socket, helper.slots, (_, mode) => memory.drives.open(memory.drive, mode))
    const { socket } = engine
    const { kind: _, ...named } = memory.drive.identity
    const answers: string[] = []
    socket.on('data', (bytes: Buffer) => answers.push(bytes.toString())).resume()
    sendLine(socket, { ...move, act: 'write', id: 1 })
    sendLine(socket, { ...move, act: 'read', id: 2 })
    sendLine(socket, { act: 'open', id: 3, identity: named, mode: 'write' })
    sendLine(socket, { act: 'open', id: 4, identity: named, mode: 'write' })
    const ended = once(socket, 'end')
    sendLine(socket, { act: 'close', id: 5 })
    await Promise.all([served, ended])
    await engine.slots.close()
    expect(answers.join('').match(/no drive is open/g)).toHaveLength(2)
    expect(answers.join('')).toContain('a drive is open already')
    expect(memory.operations).toEqual([{ kind: 'close' }])
  })
})

describe('an order to open', () => {
  const { kind: _, ...identity } = makeMemoryDrive({ size: 512 }).drive.identity
  const isOrder = (changes: object) =>
    order.safeParse({ act: 'open', id: 1, mode: 'read', identity: { ...identity, ...changes } }).success

  test('names a block device and nothing else', () => {
    expect(isOrder({})).toBe(true)
    expect(isOrder({ kind: 'file' })).toBe(false)
    expect(isOrder({ kind: 'block' })).toBe(false)
    for (const device of [
      '/etc/shadow',
      'dev/sda',
      '/dev',
      '/dev/',
      '/dev/../etc/shadow',
      '/dev/./sda',
      '/dev//etc',
      '/devious',
    ])
      expect(isOrder({ device }), device).toBe(false)
  })

  test.each<[NodeJS.Platform, string[], string[]]>([
    [
      'linux',
      ['/dev/sda', '/dev/cciss/c0d0', '/dev/mapper/disk'],
      ['/root/file', '/dev/a/../../etc/shadow', '/dev/sda\0'],
    ],
    ['darwin', ['/dev/disk4'], ['/dev/rdisk4', '/dev/disk4s1', '/dev/null', '/Users/a/disk.img', '/dev/disk4/../null']],
    [
      'win32',
      ['\\\\.\\PhysicalDrive3'],
      ['C:\\disk.img', '\\\\.\\C:', '\\\\.\\PhysicalDrive3\\x', '\\\\server\\share'],
    ],
    ['freebsd', [], ['/dev/da0']],
  ])('has the form that %s gives to the names of whole drives', (platform, good, bad) => {
    for (const name of good) expect(isDeviceName(name, platform), name).toBe(true)
    for (const name of bad) expect(isDeviceName(name, platform), name).toBe(false)
  })
})

import { once } from 'node:events'
import { chmod, link, readdir, readFile, readlink, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { accept, invite, type Invitation } from '../../../src-main/privileged/invitation.ts'
import { protocolVersion } from '../../../src-main/privileged/messages.ts'

const me = process.getuid!()
let invitations: Invitation[] = []
afterEach(async () => {
  for (const invitation of invitations) await invitation.withdraw()
  invitations = []
})

async function makeInvitation(): Promise<Invitation> {
  const made = await invite()
  invitations.push(made)
  return made
}

/**
 * Counts the TCP ports on which this process listens (proc(5), /proc/net/tcp: state 0A, and the
 * socket's inode).
 */
async function countPorts(): Promise<number> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/self/net/${name}`, 'utf8')))
  const rows = tables.flatMap((table) => table.split('\n').map((row) => row.trim().split(/\s+/)))
  const listening = new Set(rows.filter((row) => row[3] === '0A').map((row) => `socket:[${row[9]}]`))
  const open = await readdir('/proc/self/fd')
  const links = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  return links.filter((target) => listening.has(target)).length
}

describe('an invitation', () => {
  test('lies where nobody else can look, and is gone once withdrawn', async () => {
    const { path, withdraw } = await makeInvitation()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700)
    await withdraw()
    await expect(stat(dirname(path))).rejects.toThrow('ENOENT')
  })

  test('lets in whoever shows its secret, and turns all others away', async () => {
    const { path, guest } = await makeInvitation()
    const { secret } = JSON.parse(await readFile(path, 'utf8')) as { secret: string }
    const wrong = secret.startsWith('0') ? `1${secret.slice(1)}` : `0${secret.slice(1)}`
    const stranger = connect(join(dirname(path), 'socket'))
    stranger.on('error', () => {}).write(wrong)
    await once(stranger, 'close')
    const helper = await accept(path, me)
    const { socket, slots } = await guest
    await helper.slots.fill(3, [Buffer.from('hello')])
    helper.socket.end('hello')
    expect(String((await once(socket.resume(), 'data'))[0])).toBe('hello')
    const bytes = Buffer.alloc(5)
    await slots.take(3, bytes)
    expect(String(bytes)).toBe('hello')
    await Promise.all([helper.slots.close(), slots.close()])
  })

  test('lets in one guest alone, even when another one knows its secret', async () => {
    const { path, guest } = await makeInvitation()
    const [first, second] = [await accept(path, me), await accept(path, me)]
    const { socket, slots } = await guest
    // The second guest receives nothing: its connection ends.
    const closed = [first, second].map(async (each) => (await once(each.socket.resume(), 'close'), each))
    const turnedAway = await Promise.race(closed)
    const letIn = turnedAway === first ? second : first
    letIn.socket.end('hello')
    expect(String((await once(socket.resume(), 'data'))[0])).toBe('hello')
    await Promise.all([first.slots.close(), second.slots.close(), slots.close()])
  })

  test.runIf(process.platform === 'linux')('opens no port of the network', async () => {
    await makeInvitation()
    expect(await countPorts()).toBe(0)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    expect(await countPorts()).toBe(1)
    server.close()
  })

  test('has a secret of its own each time', async () => {
    const secrets = await Promise.all([1, 2].map(async () => readFile((await makeInvitation()).path, 'utf8')))
    expect(secrets[0]).not.toBe(secrets[1])
  })

  test.each<[string, (path: string) => Promise<unknown>, string]>([
    ['others may read it', (path) => chmod(path, 0o644), 'not private'],
    ['others may enter its directory', (path) => chmod(dirname(path), 0o755), 'not private'],
    [
      'it is of another version',
      (path) => writeFile(path, JSON.stringify({ version: 99, secret: 'a'.repeat(64) })),
      'version 99',
    ],
    [
      'its secret is something else',
      (path) => writeFile(path, JSON.stringify({ version: protocolVersion, secret: 'GET / HTTP/1.1' })),
      'this is no invitation',
    ],
    [
      'it says more than was agreed',
      (path) => writeFile(path, JSON.stringify({ version: protocolVersion, secret: 'a'.repeat(64), at: '/run/x' })),
      'this is no invitation',
    ],
    ['it is too large', (path) => writeFile(path, ' '.repeat(5000)), 'no invitation'],
    ['the file for bytes has another name', (path) => link(join(dirname(path), 'bytes'), `${path}3`), 'not private'],
    ['others may read the file for bytes', (path) => chmod(join(dirname(path), 'bytes'), 0o644), 'not private'],
    [
      'it is a link',
      async (path) => {
        await rename(path, `${path}2`)
        await symlink(`${path}2`, path)
      },
      'no invitation',
    ],
  ])('is not taken when %s', async (_, change, reason) => {
    const { path } = await makeInvitation()
    await change(path)
    await expect(accept(path, me)).rejects.toThrow(reason)
  })

  test('is not quoted when it is something else: it may be a file that its sender may not read', async () => {
    const { path } = await makeInvitation()
    for (const text of ['root:$6$secret:19000:0:::', '{ "password": "secret" }']) {
      await writeFile(path, text)
      await expect(accept(path, me)).rejects.toThrow(/^this is no invitation$/)
    }
  })

  test('is private also where the system does not tell who started the helper', async () => {
    const { path } = await makeInvitation()
    await chmod(path, 0o644)
    await expect(accept(path, null)).rejects.toThrow('not private')
  })

  test('is not taken from another user than the one who started the helper', async () => {
    const { path } = await makeInvitation()
    await expect(accept(path, me + 1)).rejects.toThrow('not private')
  })
})

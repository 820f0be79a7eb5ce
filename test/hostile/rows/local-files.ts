import { expect } from 'vitest'
import { once } from 'node:events'
import { appendFileSync, copyFileSync, existsSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { execFileSync, spawn } from 'node:child_process'
import { createDrives } from '../../../src-main/create-drives.ts'
import { runTool } from '../../support/programs/run-tool.ts'
import type { HostileWorld } from '../hostile-world.ts'
import type { Tampering } from '../tampering.ts'

/** Writes a local image that is changed as soon as the job enters a phase. */
const whileAt = (phase: string, change: (path: string) => void) => async (world: HostileWorld) => {
  const path = await world.save('image.raw', world.raw)
  await world.save('unused', '')
  writeFileSync(`${path}.sig`, await world.signer.sign(world.raw))
  await world.write({ image: { kind: 'file', path } }, (event) => {
    if (event.event === 'phase' && event.phase === phase) change(path)
  })
}

const image = (make: (world: HostileWorld) => Promise<string>) => async (world: HostileWorld) =>
  world.write({ image: { kind: 'file', path: await make(world) }, insecure: true })

const signature = (make: (world: HostileWorld) => Promise<string>) => async (world: HostileWorld) =>
  world.write({
    image: { kind: 'file', path: await world.save('image.raw', world.raw) },
    signature: await make(world),
  })

async function makePipe(world: HostileWorld): Promise<string> {
  const path = world.path('pipe')
  await runTool('mkfifo', [path])
  return path
}

function rewrite(path: string, change: (bytes: Buffer) => void, size: number): void {
  const bytes = Buffer.alloc(size, 0x11)
  change(bytes)
  // A boot sector: the bytes still look like a disk image.
  bytes.write('\x55\xaa', 510, 'latin1')
  writeFileSync(path, bytes)
}

/** Replaces the file under its name. A process that has it open keeps the first file. */
function replace(path: string, size: number): void {
  rewrite(`${path}.other`, () => undefined, size)
  renameSync(`${path}.other`, path)
}

const size = 4 * 1024 * 1024
const unreadable = { code: 'source-unreadable' as const, state: 'untouched' as const }
const changedBefore = { code: 'source-changed' as const, state: 'untouched' as const }

export const localFiles: Tampering[] = [
  { what: 'that is a pipe to which nobody writes, as the image', meet: image(makePipe), ...unreadable },
  { what: 'that is a device without end, as the image', meet: image(async () => '/dev/zero'), ...unreadable },
  {
    what: 'that is a socket, as the image',
    async meet(world) {
      const path = world.path('socket')
      const server = createServer().listen(path)
      try {
        await image(async () => path)(world)
      } finally {
        server.close()
      }
    },
    ...unreadable,
  },
  { what: 'that is a pipe to which nobody writes, as the signature', meet: signature(makePipe), ...unreadable },
  { what: 'that is a device without end, as the signature', meet: signature(async () => '/dev/zero'), ...unreadable },
  {
    what: 'that is a directory, as the signature',
    meet: signature(async (world) => {
      const path = world.path('signature')
      await mkdir(path)
      return path
    }),
    ...unreadable,
  },
  {
    what: 'that is huge, as the signature',
    meet: signature((world) => world.save('huge.sig', Buffer.alloc(70_000, 0x88))),
    code: 'signature-malformed',
    state: 'untouched',
  },
  {
    what: 'that is cut short while it is proved',
    meet: whileAt('prove', (path) => truncateSync(path, 1000)),
    ...changedBefore,
  },
  {
    what: 'that grows while it is proved',
    meet: whileAt('prove', (path) => appendFileSync(path, 'more')),
    ...changedBefore,
  },
  {
    what: 'that is rewritten while it is proved',
    meet: whileAt('prove', (path) => rewrite(path, (bytes) => bytes.fill(0), size)),
    code: 'signature-bad',
    state: 'untouched',
  },
  {
    what: 'that is cut short between its proof and the write',
    meet: whileAt('prepare', (path) => truncateSync(path, size - 1)),
    code: 'source-changed',
    state: 'cleared',
  },
  {
    what: 'that grows between its proof and the write',
    meet: whileAt('prepare', (path) => appendFileSync(path, 'more')),
    code: 'source-changed',
    state: 'cleared',
  },
  {
    what: 'that is rewritten between its proof and the write',
    meet: whileAt('prepare', (path) => rewrite(path, (bytes) => bytes.fill(0x22), size)),
    code: 'source-changed',
    state: 'cleared',
  },
  {
    what: 'of which another takes the name between its proof and the write',
    meet: whileAt('prepare', (path) => replace(path, size)),
    code: 'source-changed',
    state: 'cleared',
  },
  {
    what: 'of which a longer one takes the name while it is written',
    meet: whileAt('write', (path) => replace(path, size + 4096)),
    // The job has the file open and continues with the bytes that were proved.
    code: null,
  },
  {
    what: 'that is gone between its proof and the write',
    meet: whileAt('prepare', unlinkSync),
    ...unreadable,
  },
  {
    what: 'whose place a pipe takes between its proof and the write',
    meet: whileAt('prepare', (path) => {
      copyFileSync(path, `${path}.copy`)
      unlinkSync(path)
      execFileSync('mkfifo', [path])
    }),
    ...unreadable,
  },
  {
    what: 'under a loop device, of which the server is gone',
    async meet(world) {
      const mount = world.path('mount')
      await mkdir(mount)
      const command = ['--command', 'nbdkit', '-s', '--exit-with-parent', 'memory', '8M']
      const server = spawn('nbdfuse', [`${mount}/drive`, ...command], { stdio: 'ignore' })
      try {
        await expect.poll(() => existsSync(`${mount}/drive`)).toBe(true)
        const loop = (await runTool('losetup', ['--find', '--show', `${mount}/drive`])).toString().trim()
        try {
          const gone = once(server, 'exit')
          server.kill('SIGKILL')
          await gone
          await expect(stat(mount)).rejects.toMatchObject({ code: 'ENOTCONN' })
          expect((await createDrives().list()).map(({ identity }) => identity.device)).not.toContain(loop)
        } finally {
          await runTool('losetup', ['--detach', loop])
        }
      } finally {
        server.kill('SIGKILL')
        await runTool('fusermount3', ['-u', '-z', mount])
      }
    },
    code: null,
    needs: ['fuse'],
  },
]

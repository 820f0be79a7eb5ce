import { mkdir, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { readKeyring } from '../../../src-main/image/proof/keys.ts'
import { runTool } from '../../support/programs/run-tool.ts'
import { signedBytes, type HostileWorld } from '../hostile-world.ts'
import type { Tampering } from '../tampering.ts'

const unreadable = { code: 'keyring-unreadable' as const }

const reading = (what: string, make: (world: HostileWorld) => Promise<string>): Tampering => ({
  what,
  meet: async (world) => readKeyring(await make(world)),
  ...unreadable,
})

export const keyrings: Tampering[] = [
  reading('of 5 MiB', (world) => world.save('huge.gpg', Buffer.alloc(5 * 1024 * 1024, 0x99))),
  reading('that begins two hundred thousand times, and never ends', (world) =>
    world.save('begins.asc', '-----BEGIN PGP PUBLIC KEY BLOCK-----'.repeat(110_000)),
  ),
  reading('that is a directory', async (world) => {
    const path = world.path('keys')
    await mkdir(path)
    return path
  }),
  reading('that is a pipe to which nobody writes', async (world) => {
    const path = world.path('keys')
    await runTool('mkfifo', [path])
    return path
  }),
  reading('that is a device without end', async () => '/dev/zero'),
  reading('that is a link to itself', async (world) => {
    const path = world.path('keys')
    await symlink(path, path)
    return path
  }),
  {
    what: 'that is a socket',
    async meet(world) {
      const path = world.path('socket')
      const server = createServer().listen(path)
      try {
        await readKeyring(path)
      } finally {
        server.close()
      }
    },
    ...unreadable,
  },
  reading('that holds a signature', async (world) =>
    world.save('signature.asc', await world.gpg.sign('trusted', signedBytes, '--armor')),
  ),
  reading('that holds a private key', async (world) => {
    await world.gpg.key('trusted')
    return world.save('secret.gpg', await world.gpg.run(['--export-secret-keys', 'trusted']))
  }),
  reading('that holds a private key in a text, beside a public one', async (world) => {
    await world.gpg.key('trusted')
    const [open, secret] = await Promise.all([
      world.gpg.run(['--armor', '--export', 'trusted']),
      world.gpg.run(['--armor', '--export-secret-keys', 'trusted']),
    ])
    return world.save('secret.asc', Buffer.concat([open, secret]))
  }),
  reading('that ends in the middle of a key', async (world) => {
    await world.gpg.key('trusted')
    return world.save('cut.gpg', (await world.gpg.export('trusted')).subarray(0, 60))
  }),
  {
    what: 'with a block that is broken before one that is not',
    async meet(world) {
      await world.gpg.key('trusted')
      const good = await world.gpg.run(['--armor', '--export', 'trusted'])
      const broken = good.toString().replaceAll(/[A-Za-z0-9+/]{20}/g, 'A'.repeat(20))
      const keys = await readKeyring(await world.save('broken.asc', `${broken}\n${good.toString()}`))
      if (keys.length !== 1) throw new Error(`${keys.length} keys`)
    },
    code: null,
  },
]

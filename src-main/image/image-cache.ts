import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import type { Ports } from '../ports.ts'

/**
 * Downloaded images, named by the sha256 that was promised for them. A file has its final name only after every proof
 * of it held, so that name is the claim; whoever uses it hashes it again all the same.
 */
export interface ImageCache {
  readonly directory: string
  /** Path of an image, or null. */
  find(sha256: string): Promise<string | null>
  /** The signature that an image came with, or null. It proves nothing until it is checked again. */
  findSignature(sha256: string): Promise<Uint8Array | null>
  /** Starts to keep an image. @throws cache-failed */
  keep(sha256: string): Promise<CacheEntry>
  /** Forgets an image that turned out to be damaged. */
  forget(sha256: string): Promise<void>
}

export interface CacheEntry {
  /** @throws cache-failed */
  write(bytes: Uint8Array): Promise<void>
  /**
   * The image was proved: gives the file its name, and makes room by removing what was used longest ago.
   * @param signature kept beside it, so that it can be proved again without its server
   */
  commit(signature: Uint8Array | null): Promise<void>
  discard(): Promise<void>
}

/** Bytes: half a dozen images. */
const defaultLimit = 5e9
/** Milliseconds after which a partial file that nobody writes any more is left over from a crash. */
const abandonedAfter = 24 * 3600 * 1000

export function createImageCache(ports: Pick<Ports, 'paths' | 'now'>, limit = defaultLimit): ImageCache {
  const directory = join(ports.paths.cache, 'images')
  const pathOf = (sha256: string) => join(directory, sha256)
  const signatureOf = (sha256: string) => `${pathOf(sha256)}.sig`
  const failed = (error: unknown) =>
    new KindlingError('cache-failed', { directory, reason: reasonOf(error) }, { cause: error })

  return {
    directory,

    async find(sha256) {
      const path = pathOf(sha256)
      const found = await stat(path).catch(() => null)
      if (found === null || !found.isFile()) return null
      const now = new Date(ports.now())
      await utimes(path, now, now).catch(() => undefined)
      return path
    },

    findSignature: (sha256) => readFile(signatureOf(sha256)).catch(() => null),

    async keep(sha256) {
      const partial = `${pathOf(sha256)}.${process.pid}-${Math.trunc(ports.now())}.partial`
      const file = await mkdir(directory, { recursive: true })
        .then(() => open(partial, 'wx'))
        .catch((error: unknown) => {
          throw failed(error)
        })
      const discard = async () => {
        await file.close().catch(() => undefined)
        await rm(partial, { force: true }).catch(() => undefined)
      }
      return {
        async write(bytes) {
          try {
            let written = 0
            while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten
          } catch (error) {
            throw failed(error)
          }
        },
        async commit(signature) {
          try {
            await file.sync()
            await file.close()
            if (signature) await writeFile(signatureOf(sha256), signature)
            await rename(partial, pathOf(sha256))
          } catch (error) {
            await discard()
            throw failed(error)
          }
          await makeRoom(directory, limit, sha256, ports.now())
        },
        discard,
      }
    },

    async forget(sha256) {
      await Promise.all([pathOf(sha256), signatureOf(sha256)].map((path) => rm(path, { force: true })))
    },
  }
}

async function makeRoom(directory: string, limit: number, justKept: string, now: number): Promise<void> {
  const names = await readdir(directory).catch(() => [] as string[])
  const files = await Promise.all(
    names.map(async (name) => ({
      name,
      path: join(directory, name),
      stat: await stat(join(directory, name)).catch(() => null),
    })),
  )
  const present = files.flatMap(({ name, path, stat }) =>
    stat ? [{ name, path, size: stat.size, usedAt: stat.mtimeMs }] : [],
  )
  const abandoned = present.filter(({ name, usedAt }) => name.endsWith('.partial') && now - usedAt > abandonedAfter)
  const images = present
    .filter(({ name }) => /^[0-9a-f]{64}$/.test(name) && name !== justKept)
    .sort((a, b) => b.usedAt - a.usedAt)
  let total = present.find(({ name }) => name === justKept)?.size ?? 0
  const surplus = images.filter(({ size }) => (total += size) > limit)
  await Promise.all(
    [...abandoned, ...surplus]
      .flatMap(({ path }) => [path, `${path}.sig`])
      .map((path) => rm(path, { force: true }).catch(() => undefined)),
  )
}

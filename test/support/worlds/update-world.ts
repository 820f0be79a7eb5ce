import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { buildOut } from '../run/build-out.ts'
import { makeSigner, type Signer } from '../mirror/gpg.ts'
import { startMirror, type Mirror } from '../mirror/mirror.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../files/temporary.ts'

const root = resolve(import.meta.dirname, '../../..')
const arch = process.arch === 'x64' ? 'x86_64' : process.arch

export interface PublishOptions {
  channel?: 'latest' | 'beta'
  content?: Buffer
  /** Makes the contents of SHA256SUMS from the output of sha256sum. */
  sums?: (line: string, name: string) => string
  /** The signer; null for no signature. */
  by?: Signer | null
  /** File name in the feed. Default: the real name. */
  file?: string
}

export interface UpdateWorld {
  mirror: Mirror
  /** The key that the app trusts. */
  signer: Signer
  /**
   * Folder of an app like this project's, which trusts the key and checks the mirror for updates.
   */
  application: string
  /** Folder of the XDG directories. */
  home: string
  /** File in the place of the running AppImage. */
  appImage: string
  /** File that a new AppImage writes when it is started. */
  started: string
  env: Record<string, string>
  /**
   * Publishes a release where the app looks for updates.
   * @returns the bytes of its AppImage
   */
  publish(version: string, options?: PublishOptions): Promise<Buffer>
  /** Returns the file names of all requests so far. */
  asked(): string[]
  /** Removes all releases, faults and requests, and restores the running AppImage. */
  clear(): Promise<void>
  dispose(): Promise<void>
}

/** Returns the file name of a release's AppImage. */
export const appImageName = (version: string): string => `kindling-${version}-linux-${arch}.AppImage`

/** Makes an update server on loopback, and a built app as an AppImage would contain it. */
export async function makeUpdateWorld(): Promise<UpdateWorld> {
  buildOut()
  const directory: TemporaryDirectory = await makeTemporaryDirectory('kindling-update-')
  const mirror = await startMirror()
  const signer = await makeSigner({ name: 'Kindling releases' })
  const application = directory.file('app')
  for (const folder of ['main', 'preload', 'renderer'])
    await cp(join(root, 'out', folder), join(application, 'out', folder), {
      recursive: true,
      filter: (path) => !path.endsWith('.map'),
    })
  await cp(join(root, 'assets/icons'), join(application, 'assets/icons'), { recursive: true })
  await cp(join(root, 'package.json'), join(application, 'package.json'))
  await symlink(join(root, 'node_modules'), join(application, 'node_modules'))
  await write(join(application, `assets/release-keys/${signer.fingerprint}.asc`), signer.armoredPublicKey)
  const feed = [`provider: generic`, `url: ${mirror.url}updates/`, 'updaterCacheDirName: kindling-updater', '']
  await write(join(application, 'dev-app-update.yml'), feed.join('\n'))
  const appImage = directory.file('Applications/Kindling.AppImage')
  const putBack = async () => {
    await write(appImage, 'what runs now')
    await chmod(appImage, 0o755)
  }
  await putBack()
  const started = directory.file('started')
  const published = new Set<string>()
  const put = (path: string, content: Buffer | string) => (published.add(path), mirror.put(path, content))

  return {
    mirror,
    signer,
    application,
    home: directory.file('home'),
    appImage,
    started,
    env: { APPIMAGE: appImage, KINDLING_TEST_STARTED: started },
    async publish(version, { channel = 'latest', content, sums = (line: string) => line, by = signer, file } = {}) {
      const name = appImageName(version)
      const bytes =
        content ?? Buffer.from(`#!/bin/sh\necho ${version} >"$KINDLING_TEST_STARTED"\n${'#'.repeat(300_000)}`)
      const sha512 = createHash('sha512').update(bytes).digest('base64')
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const list = sums(`${sha256}  ${name}\n`, name)
      await put(`updates/${file ?? name}`, bytes)
      await put(
        `updates/${channel}-linux${process.arch === 'x64' ? '' : `-${process.arch}`}.yml`,
        `version: ${version}\nfiles:\n  - url: ${file ?? name}\n    sha512: ${sha512}\n    size: ${bytes.length}\npath: ${file ?? name}\nsha512: ${sha512}\nreleaseDate: '2026-01-01T00:00:00.000Z'\n`,
      )
      await put('updates/SHA256SUMS', list)
      mirror.remove('updates/SHA256SUMS.sig')
      if (by !== null) await put('updates/SHA256SUMS.sig', await by.sign(Buffer.from(list)))
      return bytes
    },
    asked: () => mirror.requests.map(({ path }) => basename(path)),
    async clear() {
      for (const path of published) mirror.remove(path)
      published.clear()
      mirror.clearFaults()
      mirror.requests.splice(0)
      await putBack()
    },
    async dispose() {
      await mirror.close()
      await signer.dispose()
      await directory.dispose()
    },
  }
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

/** Returns the bytes of a file, or null if it does not exist. */
export const readIfThere = (path: string): Promise<Buffer | null> => readFile(path).catch(() => null)

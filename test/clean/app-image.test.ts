import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appImageNeeds, makeAppImageTools } from '../support/packages/app-image-tools.ts'
import { makeSigner, type Signer } from '../support/mirror/gpg.ts'
import { startMirror, type Mirror } from '../support/mirror/mirror.ts'
import { lacking } from '../support/run/needs.ts'
import { openPackagedWindow } from '../support/window/packaged-window.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { appImageName } from '../support/worlds/update-world.ts'

// The tests form one story: an AppImage built like a release learns of a newer one and updates
// itself. Only its runtime is a substitute.
const root = resolve(import.meta.dirname, '../..')
const missing = lacking(...appImageNeeds, 'window', 'other-user')

let place: TemporaryDirectory
let mirror: Mirror
let signer: Signer
let appImage: string
beforeAll(async () => {
  if (missing !== null) return
  place = await makeTemporaryDirectory('kindling-app-image-')
  await chmod(place.path, 0o755)
  mirror = await startMirror()
  signer = await makeSigner({ name: 'Kindling releases' })
  const keys = place.file('release-keys')
  await mkdir(keys)
  await writeFile(join(keys, `${signer.fingerprint}.asc`), signer.armoredPublicKey)
  await makeAppImageTools(place.file('tools'))
  const options = ['--only', 'AppImage', '--updates', `${mirror.url}updates/`, '--release-keys', keys]
  execFileSync('./dev', ['package', ...options], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, APPIMAGE_TOOLS_PATH: place.file('tools') },
  })
  const made = (await readdir(join(root, 'dist'))).find((name) => name.endsWith('.AppImage'))
  appImage = place.file('user/Kindling.AppImage')
  await mkdir(place.file('user'))
  await copyFile(join(root, 'dist', made!), appImage)
  execFileSync('chown', ['-R', '65534:65534', place.file('user')])
}, 600_000)
afterAll(async () => {
  for (const pid of running()) process.kill(pid)
  await mirror?.close()
  await signer?.dispose()
  await place?.dispose()
})
beforeEach((context) => {
  if (missing !== null) context.skip(missing)
})

/** Returns the process ids of windows that were started from the unpacked AppImage. */
function running(): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const isOurs = readlinkSync(`/proc/${pid}/exe`).startsWith(`${place.path}/`)
      return isOurs && !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=') ? [Number(pid)] : []
    } catch {
      return []
    }
  })
}

test('says beside it what a new version is, and holds nothing that the folder keeps', async () => {
  const feed = await readFile(join(root, 'dist/latest-linux.yml'), 'utf8')
  const bytes = await readFile(appImage)
  expect(feed).toContain(`sha512: ${createHash('sha512').update(bytes).digest('base64')}`)
  expect(await readFile(join(root, 'dist/SHA256SUMS'), 'utf8')).toContain('.AppImage\n')
  expect(await readdir(join(root, 'dist/linux-unpacked/resources'))).not.toContain('app-update.yml')
})

test('is the command line by a word', () => {
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', '--']
  const user = place.file('user')
  const said = execFileSync('setpriv', [...nobody, appImage, '--cli', '--version'], {
    env: { ...process.env, ...privateDirectories(user), HOME: user, TMPDIR: user },
    encoding: 'utf8',
  })
  expect(said).toMatch(/^\d+\.\d+\.\d+ \(commit [0-9a-f]{40}/)
})

test('updates itself to what a release key signed, and starts as that', async () => {
  // The same program with one more byte at its end, to distinguish it from the old one.
  const bytes = Buffer.concat([await readFile(appImage), Buffer.from('!')])
  const name = appImageName('0.2.0')
  const list = `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`
  const sha512 = createHash('sha512').update(bytes).digest('base64')
  await mirror.put(`updates/${name}`, bytes)
  await mirror.put('updates/latest-linux.yml', `version: 0.2.0\nfiles:\n  - url: ${name}\n    sha512: ${sha512}\n`)
  await mirror.put('updates/SHA256SUMS', list)
  await mirror.put('updates/SHA256SUMS.sig', await signer.sign(Buffer.from(list)))

  const user = place.file('user')
  const env: Record<string, string | undefined> = {
    ...process.env,
    ...privateDirectories(user),
    HOME: user,
    TMPDIR: user,
    KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:1/',
  }
  if (process.env['XAUTHORITY']) {
    env['XAUTHORITY'] = join(user, 'authority')
    await copyFile(process.env['XAUTHORITY'], env['XAUTHORITY'])
    execFileSync('chown', ['65534:65534', env['XAUTHORITY']])
  }
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']
  const { page } = await openPackagedWindow([...nobody, appImage], env)
  const [before] = running()
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.keyboard.press('Control+,')
  await page.getByTestId('update').getByRole('button', { name: 'Check now' }).click()
  await page.getByTestId('update').getByText('Kindling 0.2.0 is available.').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Download', exact: true }).click()
  await page.getByRole('button', { name: 'Install and restart' }).click()
  await expect.poll(async () => (await readFile(appImage)).equals(bytes), { timeout: 30_000 }).toBe(true)
  await expect.poll(() => running().filter((pid) => pid !== before).length, { timeout: 60_000 }).toBe(1)
  await expect.poll(() => running().includes(before!)).toBe(false)
}, 180_000)

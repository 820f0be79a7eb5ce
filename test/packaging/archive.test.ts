import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildPackage, packagingNeeds } from '../support/packages/built-packages.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { lacking, testWith } from '../support/run/needs.ts'
import { openPackagedWindow } from '../support/window/packaged-window.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { runTool } from '../support/programs/run-tool.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { tryJobs } from '../support/programs/try-commands.ts'

const missing = lacking(...packagingNeeds['tar.gz'])

let place: TemporaryDirectory
let file: string
/** The folder in which the archive was unpacked. */
let folder: string
let world: CliWorld
beforeAll(async () => {
  if (missing !== null) return
  place = await makeTemporaryDirectory('kindling-archive-')
  await chmod(place.path, 0o755)
  file = buildPackage('tar.gz', place.path)
  await mkdir(place.file('some where'))
  await runTool('tar', ['-xzf', file, '-C', place.file('some where'), '--no-same-owner'])
  const [name] = readdirSync(place.file('some where'))
  folder = join(place.file('some where'), name!)
  world = await makeCliWorld({ imageSize: 8 * 1024 * 1024 })
}, 600_000)
afterAll(async () => {
  await world?.dispose()
  await place?.dispose()
})
beforeEach((context) => {
  if (missing !== null) context.skip(missing)
})

describe('the tar.gz', () => {
  test('is one folder named by its version, with no file of a stranger’s and none that gives rights', async () => {
    const lines = (await runTool('tar', ['-tvzf', file])).toString().trim().split('\n')
    expect(lines.filter((line) => !/^[-dl]r[-w][-x]r-[-x]r-[-x] 0\/0 |^lrwxrwxrwx 0\/0 /.test(line))).toEqual([])
    expect(lines.filter((line) => !/ kindling-\d\S*-linux-\w+\//.test(line))).toEqual([])
  })

  test('has every job, from where it was unpacked', async () => {
    await tryJobs(world, [join(folder, 'kindling')])
  })

  testWith(
    ['other-user'],
    'is the command line by a word, as an AppImage is, where there is nothing to show a window on',
    async () => {
      const home = place.file('silent')
      await mkdir(home)
      execFileSync('chown', ['65534:65534', home])
      const { DISPLAY: _, WAYLAND_DISPLAY: __, ...others } = process.env
      const env = { ...others, ...privateDirectories(home), HOME: home }
      const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', '--']
      const run = (...args: string[]) =>
        spawnSync('setpriv', [...nobody, join(folder, 'kindling-window'), '--cli', ...args], { env, encoding: 'utf8' })
      expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+ \(commit [0-9a-f]{40}/)
      const { status, stdout } = run('settings', 'theme', 'blue', '--json')
      expect(stdout).toContain('"code":"usage"')
      expect(status).toBe(2)
    },
  )

  testWith(
    ['window', 'other-user'],
    'opens its window for somebody without rights, and leaves updates to who unpacked it',
    async () => {
      const home = place.file('home')
      await mkdir(home)
      const env: Record<string, string | undefined> = {
        ...process.env,
        ...privateDirectories(home),
        HOME: home,
        KINDLING_STREAM_BASE_URL: world.baseUrl,
        // Variables inherited from a terminal that is itself an AppImage.
        APPIMAGE: '/opt/Terminal.AppImage',
        APPDIR: '/tmp/.mount_Terminal',
      }
      if (process.env['XAUTHORITY'])
        await copyFile(process.env['XAUTHORITY'], (env['XAUTHORITY'] = join(home, 'authority')))
      execFileSync('chown', ['-R', '65534:65534', home])
      const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']
      const window = await openPackagedWindow([...nobody, join(folder, 'kindling-window')], env)
      try {
        await window.page.getByTestId('release').filter({ hasText: world.release }).waitFor()
        await window.page.keyboard.press('Control+,')
        await window.page.getByText('If you unpacked it yourself').waitFor()
        await window.picture('archive-settings')
      } finally {
        await window.close()
      }
    },
  )
})

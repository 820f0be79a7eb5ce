import { readFile, writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { dirname, join } from 'node:path'
import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readArchive } from '../../packaging/packaged-files.ts'
import { buildPackage, packagingNeeds } from '../support/packages/built-packages.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { lacking, testWith } from '../support/run/needs.ts'
import { runTool } from '../support/programs/run-tool.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { commands, tryCommands } from '../support/programs/try-commands.ts'

const missing = lacking(...packagingNeeds.deb)

let place: TemporaryDirectory
let deb: string
let tree: TemporaryDirectory
let world: CliWorld
beforeAll(async () => {
  if (missing !== null) return
  place = await makeTemporaryDirectory('kindling-deb-')
  deb = buildPackage('deb', place.path)
  tree = await makeTemporaryDirectory('kindling-deb-')
  world = await makeCliWorld({ imageSize: 8 * 1024 * 1024 })
  await runTool('dpkg-deb', ['-x', deb, tree.path])
}, 600_000)
afterAll(async () => {
  await tree?.dispose()
  await place?.dispose()
  await world?.dispose()
})
beforeEach((context) => {
  if (missing !== null) context.skip(missing)
})

const inTree = (path: string) => tree.file(path)
const share = (path: string) => inTree(`usr/share/${path}`)
const id = 'org.kindling.Kindling'

test('has every command', async () => {
  await tryCommands(world, [inTree('opt/Kindling/kindling')])
})

describe('what the deb brings into the system', () => {
  test('is root’s, readable by everybody, and /usr/bin/kindling is the command line', async () => {
    const lines = (await runTool('dpkg-deb', ['-c', deb])).toString().trim().split('\n')
    expect(lines.filter((line) => !/^\S+ root\/root /.test(line))).toEqual([])
    expect(lines.filter((line) => !/^(-r..r..r..|drwxr-xr-x|lrwx)/.test(line))).toEqual([])
    expect(lines.filter((line) => line.includes('rws')).map((line) => line.split('./')[1])).toEqual([
      'opt/Kindling/chrome-sandbox',
    ])
    expect(lines.find((line) => line.includes('usr/bin/kindling'))).toMatch(/ -> \/opt\/Kindling\/kindling$/)
  })

  test('has no script that runs when it is installed or removed', async () => {
    const control = (await runTool('dpkg-deb', ['-I', deb])).toString()
    expect(control).not.toMatch(/(pre|post)(inst|rm)/)
  })

  test('says that it is a test build where the runtime is not the one that ships', async () => {
    const fields = (await runTool('dpkg-deb', ['-f', deb])).toString()
    const electron = /Electron (\S+)\)/.exec(
      (await world.kindling([], { as: () => [inTree('opt/Kindling/kindling'), '--version'] })).stdout,
    )![1]!
    const { version } = JSON.parse(readFileSync('node_modules/electron/package.json', 'utf8')) as { version: string }
    expect(fields.includes('TEST BUILD')).toBe(electron !== version)
    expect(/^Version: \S+~test\.electron/m.test(fields)).toBe(electron !== version)
  })

  testWith(['command:desktop-file-validate'], 'has a menu entry that the system’s own check takes', async () => {
    const file = share(`applications/${id}.desktop`)
    expect((await runTool('desktop-file-validate', [file])).toString()).toBe('')
    const types = /^MimeType=(.*)$/m.exec(await readFile(file, 'utf8'))![1]!
    expect(types.split(';')).toEqual(
      expect.arrayContaining([
        'application/x-cd-image',
        'application/x-raw-disk-image',
        'application/x-xz',
        'application/zstd',
      ]),
    )
  })

  testWith(['command:appstreamcli'], 'has metainfo that the system’s own check takes', async () => {
    await runTool('appstreamcli', ['validate', '--no-net', share(`metainfo/${id}.metainfo.xml`)])
  })

  test('asks for rights in words that name what is erased, in English and Russian', async () => {
    const policy = await readFile(share(`polkit-1/actions/${id}.policy`), 'utf8')
    expect(policy).toMatch(/<message>.*erases everything.*<\/message>/)
    expect(policy).toMatch(/<message xml:lang="ru">.*сотрёт всё.*<\/message>/)
    expect(policy).toContain('>/opt/Kindling/kindling-privileged<')
  })

  testWith(['command:man'], 'has a man page without complaints, with every command, option and exit code', async () => {
    const page = gunzipSync(await readFile(share('man/man1/kindling.1.gz'))).toString()
    for (const command of commands) expect(page).toContain(`.SS "kindling ${command}`)
    for (const option of ['\\-\\-drive <DRIVE>', '\\-\\-no\\-verify', '\\-\\-keyring <FILE>', '\\-\\-log <FILE>'])
      expect(page).toContain(`.B ${option}`)
    const file = tree.file('kindling.1')
    await writeFile(file, page)
    const shown = await runTool('man', ['--local-file', file], { env: { MANWIDTH: '80', LC_ALL: 'C.UTF-8' } })
    expect(shown.toString()).toContain('130')
  })
})

describe('the completions of the deb', () => {
  test('offer commands, options, streams and files in bash', async () => {
    const complete = async (...words: string[]) => {
      const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kindling; printf '%s\\n' "\${COMPREPLY[@]}"`
      const file = share('bash-completion/completions/kindling')
      return (await runTool('bash', ['-c', script, 'bash', file, ...words])).toString().trim().split('\n')
    }
    expect(await complete('kindling', '')).toEqual(expect.arrayContaining(commands))
    expect(await complete('kindling', 'wr')).toEqual(['write'])
    expect(await complete('kindling', 'write', '--no-v')).toEqual(['--no-verify'])
    expect(await complete('kindling', 'write', '--stream', 'te')).toEqual(['testing'])
    expect(await complete('kindling', 'cache', 'c')).toEqual(['clear'])
    expect(await complete('kindling', 'write', '--image-file', tree.file('op'))).toEqual([tree.file('opt')])
  })

  testWith(['command:fish'], 'offer the same in fish', async () => {
    const complete = async (line: string) => {
      const script = `source ${share('fish/vendor_completions.d/kindling.fish')}; complete -C '${line}'`
      return (await runTool('fish', ['--no-config', '-c', script]))
        .toString()
        .trim()
        .split('\n')
        .map((each) => each.split('\t')[0])
    }
    expect(await complete('kindling ')).toEqual(expect.arrayContaining(commands))
    expect(await complete('kindling write --no-v')).toEqual(['--no-verify'])
    expect(await complete('kindling write -s te')).toEqual(['testing'])
    expect(await complete('kindling cache c')).toEqual(['clear'])
  })

  testWith(['command:zsh'], 'are what zsh reads', async () => {
    const file = share('zsh/vendor-completions/_kindling')
    await runTool('zsh', ['-n', file])
    const text = await readFile(file, 'utf8')
    for (const command of commands) expect(text).toContain(`${command}) _arguments`)
  })
})

describe('the archive of the deb', () => {
  test('holds what runs: no map, no source, no settings of tools', () => {
    const paths = readArchive(inTree('opt/Kindling/resources/app.asar')).map(({ path }) => path)
    expect(paths).toContain('out/main/kindling.js')
    expect(paths.filter((path) => /\.(map|ts|md|cc|cpp|h|o|mk|yml)$|test|Makefile|\.vscode/.test(path))).toEqual([])
  })

  test('is told part by part in a bill of materials, and the sums beside it are true', async () => {
    const dist = dirname(deb)
    await runTool('sh', ['-c', `cd '${dist}' && sha256sum --check --strict SHA256SUMS`])
    expect(await readFile(join(dist, 'SHA256SUMS'), 'utf8')).toContain('.deb')
    const name = readdirSync(dist).find((each) => each.endsWith('.cdx.json'))!
    const bill = JSON.parse(await readFile(join(dist, name), 'utf8')) as {
      bomFormat: string
      components: { name: string; version: string; purl: string; licenses: unknown[] }[]
    }
    expect(bill.bomFormat).toBe('CycloneDX')
    const names = bill.components.map((each) => each.name)
    expect(names).toEqual(
      expect.arrayContaining(['electron', 'commander', 'drivelist', 'openpgp', 'svelte', 'bits-ui', 'hash-wasm']),
    )
    const packaged = readArchive(inTree('opt/Kindling/resources/app.asar')).flatMap(
      ({ path }) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    )
    expect(packaged.filter((each) => !names.includes(each))).toEqual([])
    const licences = await readFile(inTree('opt/Kindling/LICENSES.packages.txt'), 'utf8')
    for (const each of bill.components.slice(1)) expect(licences).toContain(`${each.name} ${each.version}: `)
  })
})

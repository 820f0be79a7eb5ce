import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { byPath, followImports, packagesOf } from '../../packaging/find-unused.ts'
import { readFolder } from '../../packaging/packaged-files.ts'
import { cliProduct } from '../../packaging/products.ts'
import { buildPackage, packagingNeeds } from '../support/packages/built-packages.ts'
import { lacking } from '../support/run/needs.ts'
import { runTool } from '../support/programs/run-tool.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { commands, tryCommands } from '../support/programs/try-commands.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'

// The command line alone, without Electron. A clean Debian installs it in test/clean.

const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } }
const floor = engines.node.replace('>=', '')
const own = 'usr/lib/kindling-cli'

let place: TemporaryDirectory
let world: CliWorld
beforeAll(async () => {
  place = await makeTemporaryDirectory('kindling-cli-')
  world = await makeCliWorld({ imageSize: 8 * 1024 * 1024 })
})
afterAll(async () => {
  await world?.dispose()
  await place?.dispose()
})

/** Builds a package in a directory of its own. */
async function build(kind: 'cli-deb' | 'cli-rpm' | 'cli-tar.gz'): Promise<string> {
  await mkdir(place.file(kind))
  return buildPackage(kind, place.file(kind))
}

describe('the deb of the command line', () => {
  const missing = lacking(...packagingNeeds.deb)
  let deb: string
  const inTree = (path: string) => place.file(`deb/${path}`)
  beforeAll(async () => {
    if (missing !== null) return
    deb = await build('cli-deb')
    await runTool('dpkg-deb', ['-x', deb, place.file('deb')])
  })
  beforeEach((context) => {
    if (missing !== null) context.skip(missing)
  })

  test('needs no more than Node and the C++ library, and takes the place of the window’s package', async () => {
    const field = async (name: string) => (await runTool('dpkg-deb', ['-f', deb, name])).toString().trim()
    expect(await field('Package')).toBe('kindling-cli')
    expect(await field('Depends')).toBe(`nodejs (>= ${floor}), libc6 (>= 2.28), libstdc++6, util-linux`)
    expect(await field('Conflicts')).toBe('kindling')
    expect((await runTool('dpkg-deb', ['-I', deb])).toString()).not.toMatch(/(pre|post)(inst|rm)/)
    const { license } = JSON.parse(readFileSync('package.json', 'utf8')) as { license: string }
    expect(await readFile(inTree('usr/share/doc/kindling-cli/copyright'), 'utf8')).toContain(`License: ${license}`)
  })

  test('is root’s, gives no rights, and has one command', async () => {
    const lines = (await runTool('dpkg-deb', ['-c', deb])).toString().trim().split('\n')
    expect(lines.filter((line) => !/^(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x|lrwxrwxrwx) root\/root /.test(line))).toEqual([])
    const programs = lines.filter((line) => line.startsWith('-rwx')).map((line) => basename(line))
    expect(programs.toSorted()).toEqual(['kindling', 'kindling-privileged'])
    expect(readdirSync(inTree('usr/bin'))).toEqual(['kindling'])
    expect(existsSync(join(inTree('usr/bin'), readlinkSync(inTree('usr/bin/kindling'))))).toBe(true)
  })

  test('holds what the command line loads, drivelist’s native part, and nothing else', () => {
    const folder = inTree(own)
    const files = byPath(
      readFolder(folder).map(({ path, file, size }) => ({ path, size, read: () => readFileSync(file) })),
    )
    const { reached, missing: absent } = followImports(files, ['out/main/kindling.js', 'out/main/privileged.js'])
    expect(absent).toEqual([])
    const others = [...files.keys()].filter((path) => !reached.has(path))
    expect(others.filter((path) => !path.endsWith('/package.json')).toSorted()).toEqual(
      [
        'LICENSES.packages.txt',
        'kindling',
        'kindling-privileged',
        'node_modules/drivelist/build/Release/drivelist.node',
        'package.json',
        ...readdirSync(folder).flatMap((name) =>
          name === 'keys' ? readdirSync(join(folder, name)).map((key) => `keys/${key}`) : [],
        ),
      ].toSorted(),
    )
    expect([...reached].filter((path) => /^window\.js|updater|preload/i.test(basename(path)))).toEqual([])
    const licences = readFileSync(inTree(`${own}/LICENSES.packages.txt`), 'utf8')
    for (const name of packagesOf(files.keys())) expect(licences).toContain(`\n${name} `)
    expect(licences).not.toContain('\nsvelte ')
  })

  test('has a native part that links to no desktop', async () => {
    const linked = await runTool('ldd', [inTree(`${own}/node_modules/drivelist/build/Release/drivelist.node`)])
    const names = [...linked.toString().matchAll(/^\s+(lib[\w+-]+)\.so/gm)].map((match) => match[1])
    expect(
      names.filter((name) => !['libc', 'libm', 'libgcc_s', 'libstdc++', 'libpthread', 'libdl'].includes(name!)),
    ).toEqual([])
  })

  test('has its helper named by polkit', async () => {
    const policy = await readFile(inTree('usr/share/polkit-1/actions/org.kindling.Kindling.policy'), 'utf8')
    expect(policy).toContain(`>/${own}/kindling-privileged<`)
    expect(policy).not.toContain('icon')
    expect(await readFile(inTree(`${own}/kindling-privileged`), 'utf8')).toMatch(
      /^ {2}\/usr\/bin\/node "\$here\/out\/main\/privileged\.js" "\$1"$/m,
    )
  })

  test('has the man page and completions of every command', async () => {
    const page = gunzipSync(await readFile(inTree('usr/share/man/man1/kindling.1.gz'))).toString()
    const bash = await readFile(inTree('usr/share/bash-completion/completions/kindling'), 'utf8')
    const zsh = await readFile(inTree('usr/share/zsh/vendor-completions/_kindling'), 'utf8')
    const fish = await readFile(inTree('usr/share/fish/vendor_completions.d/kindling.fish'), 'utf8')
    for (const command of commands) {
      expect(page).toContain(`.SS "kindling ${command}`)
      for (const text of [bash, zsh, fish]) expect(text).toContain(command)
    }
  })
})

describe('the tar.gz of the command line', () => {
  const missing = lacking(...packagingNeeds['tar.gz'])
  let file: string
  let folder: string
  beforeAll(async () => {
    if (missing !== null) return
    file = await build('cli-tar.gz')
    await mkdir(place.file('some where'))
    await runTool('tar', ['-xzf', file, '-C', place.file('some where'), '--no-same-owner'])
    folder = join(place.file('some where'), readdirSync(place.file('some where'))[0]!)
  })
  beforeEach((context) => {
    if (missing !== null) context.skip(missing)
  })

  test('is one folder named by its version, with the license, and small', async () => {
    const lines = (await runTool('tar', ['-tvzf', file])).toString().trim().split('\n')
    expect(
      lines.filter((line) => !/^[-d]r[-w][-x]r-[-x]r-[-x] 0\/0 .* kindling-cli-\d\S*-linux-\w+\//.test(line)),
    ).toEqual([])
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['LICENSE', 'kindling', 'out', 'package.json']))
    expect(lstatSync(file).size).toBeLessThan(5_000_000)
  })

  test('has every command and every job, on the Node in the PATH', async () => {
    await tryCommands(world, [join(folder, 'kindling')])
  })

  test('names what is wrong with a Node that is too old, or missing', async () => {
    await mkdir(place.file('old'))
    const { PATH } = process.env
    const start = (path: string) =>
      spawnSync(join(folder, 'kindling'), ['--version'], { env: { PATH: path }, encoding: 'utf8' })
    for (const [version, accepted] of [
      [`v${floor}.0`, true],
      ['v22.0.0', true],
      ['v20.18.9', false],
      ['v18.20.4', false],
    ] as const) {
      await writeFile(place.file('old/node'), `#!/bin/sh\n[ "$1" = --version ] && echo ${version} || echo ran\n`)
      await chmod(place.file('old/node'), 0o755)
      const { status, stdout, stderr } = start(`${place.file('old')}:${PATH}`)
      if (accepted) expect({ status, stdout }).toEqual({ status: 0, stdout: 'ran\n' })
      else
        expect({ status, stderr }).toEqual({
          status: 1,
          stderr: `kindling: needs Node ${floor} or later, and found ${version}\n`,
        })
    }
    await mkdir(place.file('none'))
    for (const name of ['readlink', 'dirname'])
      await runTool('ln', ['-s', `/usr/bin/${name}`, place.file(`none/${name}`)])
    expect(start(place.file('none'))).toMatchObject({
      status: 1,
      stderr: `kindling: needs Node ${floor} or later, and found none\n`,
    })
  })
})

describe('the rpm of the command line', () => {
  const missing = lacking(...packagingNeeds.rpm, 'chroot')
  let file: string
  const rpm = async (...args: string[]) =>
    (await runTool('rpm', ['--root', place.file('rpm'), '--define', '_dbpath /var/lib/rpm', ...args])).toString()
  const listFiles = async () =>
    (
      await runTool('sh', ['-c', `cd '${place.file('rpm')}' && find . -path ./var -prune -o ! -type d -print`])
    ).toString()
  beforeAll(async () => {
    if (missing !== null) return
    file = await build('cli-rpm')
    await mkdir(place.file('rpm'))
  })
  beforeEach((context) => {
    if (missing !== null) context.skip(missing)
  })

  test('needs no more than Node and the C++ library, and runs no script', async () => {
    expect((await runTool('rpm', ['-qp', '--scripts', '--triggers', '--filetriggers', file])).toString()).toBe('')
    const needed = (await runTool('rpm', ['-qp', '--requires', file])).toString()
    const names = needed.split('\n').filter((line) => line !== '' && !line.startsWith('rpmlib('))
    expect(names.toSorted()).toEqual(cliProduct(floor).rpm.requires.toSorted())
    expect((await runTool('rpm', ['-qp', '--conflicts', file])).toString()).toBe('kindling\n')
  })

  test('is installed as it was made, runs, and leaves no file when it is removed', async () => {
    await rpm('--install', '--nodeps', file)
    expect(await rpm('--verify', '--nodeps', 'kindling-cli')).toBe('')
    expect(existsSync(place.file('rpm/usr/share/zsh/site-functions/_kindling'))).toBe(true)
    const { stdout } = await world.kindling([], { as: () => [place.file(`rpm/${own}/kindling`), 'list'] })
    expect(stdout).toContain('metal')
    expect(await listFiles()).not.toBe('')
    await rpm('--erase', '--nodeps', 'kindling-cli')
    expect(await listFiles()).toBe('')
    expect(existsSync(place.file(`rpm/${own}`))).toBe(false)
  })
})

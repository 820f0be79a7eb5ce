import { posix } from 'node:path'
import { expandBootDevice } from './boot-device.ts'
import { checkConfig } from './check-config.ts'
import { decodeContents, encodeContents, type EncodedContents } from './data-url.ts'
import { LocalFileError, LocalFiles } from './local-files.ts'
import { mergeConfigs } from './merge-configs.ts'
import { writeMountUnit } from './mount-unit.ts'
import { createProblem, isError, describeProblem, type Problem, type Say } from './problem.ts'
import { firstButane, Places, readShape } from './read-shape.ts'
import { recognize } from './recognize.ts'
import { shapes, type Config, type FileNode, type Resource, type Shape, type Unit } from './shapes.ts'
import { parseYaml, type Node } from './source-tree.ts'
import { nameSpec } from './spec-versions.ts'
import { validateButane } from './validate-butane.ts'
import { validate } from './validate.ts'
import { letsSomebodyIn } from './who-logs-in.ts'

/** Result of translating a Butane config. */
export interface Translation {
  /** Ignition config; null if an error prevents it. */
  config: Config | null
  /** In the places of the Butane config. */
  problems: Problem[]
}

/**
 * Translates a Butane config of the variant fcos, as Butane does.
 * @param filesDirectory – folder of its local files, or null
 */
export function translateButane(bytes: Uint8Array, filesDirectory: string | null): Translation {
  const refuse = (...problems: Problem[]): Translation => ({ config: null, problems })
  const { text, problem: stranger } = recognize(bytes, 'butane')
  if (text === null) return refuse(stranger)
  const { node, problem } = parseYaml(text)
  if (node === null) return refuse(problem)
  const dialect = readDialect(node)
  if ('code' in dialect) return refuse(dialect)

  const places = new Places()
  const problems: Problem[] = []
  const read = readShape(shapes.config, node, dialect, places, (each) => problems.push(each)) ?? {}
  const say: Say = (code, object, part, values) => problems.push(places.problem(code, object, part, values))
  if (problems.some(isError)) return refuse(...problems)
  validateButane(read, dialect.butane, say)
  if (problems.some(isError)) return refuse(...problems)

  const stated = translate(read, dialect.spec, places, new LocalFiles(filesDirectory), say)
  if (problems.some(isError)) return refuse(...problems)
  problems.push(...validate(stated, dialect.spec, places))
  const config = expand(read, stated)
  // Only the parts that the config states itself have places.
  const known = new Set(problems.map(({ code }) => code))
  problems.push(...validate(config, dialect.spec, places).filter(({ code }) => !known.has(code)))
  if (problems.some(isError)) return refuse(...problems)
  if (!letsSomebodyIn(config)) problems.push(createProblem('no-login'))
  return { config: prune(config) as Config, problems }
}

/** Why other variants are not for Fedora CoreOS. */
const otherVariants: Record<string, string> = {
  openshift: ': it is for OpenShift, and makes a MachineConfig',
  rhcos: ': it is for RHEL CoreOS',
  flatcar: ': it is for Flatcar',
  fiot: ': it is for Fedora IoT',
  r4e: ': it is for RHEL for Edge',
}

/** Returns the dialect that a Butane config states, or the problem of what it states. */
function readDialect(node: Node): { spec: number; butane: number } | Problem {
  if (node.kind !== 'map') {
    const found = node.kind === 'list' ? 'a list' : 'a line of text'
    return createProblem('not-an-object', node.place, [], { found })
  }
  const scalar = (name: string) => {
    const value = node.entries.find(({ key }) => key === name)?.value
    return value?.kind === 'scalar' && value.text !== '' ? value : undefined
  }
  const isIgnition = node.entries.some(
    ({ key, value }) =>
      key === 'ignition' && value.kind === 'map' && value.entries.some((each) => each.key === 'version'),
  )
  const variant = scalar('variant')
  if (variant === undefined) return createProblem(isIgnition ? 'ignition-config' : 'variant-missing', node.place)
  if (variant.text !== 'fcos') {
    const reason = otherVariants[variant.text] ?? ''
    return createProblem('variant-refused', variant.place, ['variant'], { variant: variant.text, reason })
  }
  const version = scalar('version')
  if (version === undefined)
    return createProblem('version-missing', node.place, ['version'], { key: 'version', example: '1.5.0' })
  const butane = Number(/^1\.(\d)\.0$/.exec(version.text)?.[1] ?? Number.NaN)
  const spec = firstButane[butane]
  if (spec === undefined)
    return createProblem('butane-version-not-known', version.place, ['version'], { version: version.text })
  return { spec, butane }
}

/** Translates the parts that Ignition has, too, with local files in their places. */
function translate(read: Config, spec: number, places: Places, local: LocalFiles, say: Say): Config {
  const { variant: _variant, version: _version, bootDevice: _bootDevice, grub: _grub, ...base } = read
  const config = convert(shapes.config, base, places, local, say) as Config
  config.ignition = { ...config.ignition, version: nameSpec(spec) }
  checkNested(read, config, say)
  growTrees(read, config, places, local, say)
  return config
}

/** Adds the parts that Butane's shorthands stand for. Parts that the config states win. */
function expand({ storage = {}, bootDevice, grub }: Config, stated: Config): Config {
  const units = (storage.filesystems ?? [])
    .filter(({ withMountUnit }) => withMountUnit)
    .map((filesystem) => writeMountUnit(filesystem, storage))
  const users = grub?.users ?? []
  const additions = [
    units.length > 0 ? { systemd: { units } } : null,
    bootDevice ? expandBootDevice(bootDevice) : null,
    users.length > 0 ? protectGrub(users) : null,
  ]
  return additions.reduce<Config>(
    (config, addition) => (addition === null ? config : mergeConfigs(shapes.config, addition, config)),
    stated,
  )
}

/** Copies the data of a shape, with Butane's own fields turned into those of Ignition. */
function convert(shape: Shape, data: unknown, places: Places, local: LocalFiles, say: Say): unknown {
  if (shape.kind === 'list') {
    const items = (data as unknown[]).map((item) => convert(shape.item, item, places, local, say))
    places.copy(data as object, items)
    return items
  }
  if (shape.kind !== 'record') return data
  const from = data as Record<string, unknown>
  const to: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(from)) {
    const field = shape.fields[name]!
    if (field.butane === undefined) to[name] = convert(field, value, places, local, say)
  }
  places.copy(from, to)

  /** Reads a local file, or reports why it cannot be read. */
  const readLocal = (path: string, object: object, part: string | number): Buffer | null =>
    attempt(() => local.read(path), say, object, part)
  if (shape.key === 'source') {
    const { inline, local: path, compression } = from as Resource
    const contents = path === undefined ? inline && Buffer.from(inline) : readLocal(path, from, 'local')
    if (contents) Object.assign(to, encodeContents(contents, compression))
    else if (inline === '') Object.assign(to, encodeContents(Buffer.alloc(0), compression))
  }
  const { contentsLocal, sshAuthorizedKeysLocal } = from as Unit & { sshAuthorizedKeysLocal?: string[] }
  if (contentsLocal) to['contents'] = readLocal(contentsLocal, from, 'contentsLocal')?.toString()
  sshAuthorizedKeysLocal?.forEach((path, index) => {
    const keys = readLocal(path, sshAuthorizedKeysLocal, index)?.toString().split(/\r?\n/) ?? []
    const before = (to['sshAuthorizedKeys'] as string[] | undefined) ?? []
    to['sshAuthorizedKeys'] = [...before, ...keys.filter((key) => key !== '')]
    places.copy(sshAuthorizedKeysLocal, to['sshAuthorizedKeys'] as object)
  })
  return to
}

function attempt<T>(act: () => T, say: Say, object: object, part?: string | number): T | null {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof LocalFileError)) throw error
    say(error.code, object, part, error.values)
    return null
  }
}

/** Checks each config that is given inline or as a local file. */
function checkNested(read: Config, config: Config, say: Say): void {
  const given = read.ignition?.config
  const { merge = [], replace } = config.ignition?.config ?? {}
  const pairs: [Resource | undefined, Resource | undefined][] = [
    ...(given?.merge ?? []).map((each, index): [Resource, Resource | undefined] => [each, merge[index]]),
    [given?.replace, replace],
  ]
  for (const [from, to] of pairs) {
    if (!from || !to?.source || (from.inline === undefined && from.local === undefined)) continue
    const bytes = from.inline === undefined ? decodeContents(to as EncodedContents) : Buffer.from(from.inline)
    const error = checkConfig(bytes).problems.find(isError)
    if (error)
      say('nested-config-invalid', from, from.inline === undefined ? 'local' : 'inline', {
        reason: String(describeProblem(error)),
      })
  }
}

/** Adds the files and links of local folders. A file without contents in the config is filled. */
function growTrees(read: Config, config: Config, places: Places, local: LocalFiles, say: Say): void {
  const trees = read.storage?.trees ?? []
  if (trees.length === 0) return
  config.storage ??= {}
  const storage = config.storage
  for (const tree of trees) {
    for (const entry of attempt(() => local.readTree(tree.local!), say, tree, 'local') ?? []) {
      const path = posix.join(tree.path || '/', entry.path)
      const isTaken = [storage.files, storage.directories, storage.links].some((nodes) =>
        nodes?.some((node) => node.path === path),
      )
      if (entry.target === null) {
        let file = storage.files?.find((each) => each.path === path)
        if (file ? file.contents?.source : isTaken) {
          say('tree-path-taken', tree, 'local', { path })
          continue
        }
        if (!file) storage.files = [...(storage.files ?? []), (file = added({ path }))]
        file.contents = { ...file.contents, ...encodeContents(entry.contents!, file.contents?.compression) }
        file.mode ??= entry.isExecutable ? 0o755 : 0o644
      } else {
        let link = storage.links?.find((each) => each.path === path)
        if (link ? link.target : isTaken) {
          say('tree-path-taken', tree, 'local', { path })
          continue
        }
        if (!link) storage.links = [...(storage.links ?? []), (link = added({ path }))]
        link.target = entry.target
      }

      function added(node: FileNode): FileNode {
        places.copy(tree, node)
        return node
      }
    }
  }
}

/** Returns the files that let only these users change GRUB's entries. */
function protectGrub(users: { name?: string; passwordHash?: string }[]): Config {
  const names = users.map(({ name }) => name).join(' ')
  const passwords = users.map(({ name, passwordHash }) => `password_pbkdf2 ${name} ${passwordHash}`)
  const text = `# Generated by Butane\n\nset superusers="${names}"\n${passwords.join('\n')}\n`
  return {
    storage: {
      filesystems: [{ device: '/dev/disk/by-label/boot', format: 'ext4', path: '/boot' }],
      files: [{ path: '/boot/grub2/user.cfg', append: [encodeContents(Buffer.from(text))] }],
    },
  }
}

/** Returns data without empty objects and lists, and without what Go omits: number 0, no URL. */
function prune(data: unknown): unknown {
  if (Array.isArray(data)) return data.length === 0 ? undefined : data.map((item) => prune(item) ?? {})
  if (typeof data !== 'object' || data === null) return data
  const kept = Object.entries(data)
    .map(([name, value]) => [name, name === 'number' && value === 0 ? undefined : prune(value)] as const)
    .filter(([, value]) => value !== undefined)
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

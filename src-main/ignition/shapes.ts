/**
 * Shape of a part of a config: its type, and since when it exists. Ignition's JSON and Butane's
 * YAML share the shapes; the names are Ignition's, and `nameInButane` spells them as Butane does.
 */
export type Shape = (TextShape | IntegerShape | FlagShape | ListShape | RecordShape) & Since

interface Since {
  /** Minor version of Ignition's spec 3 that introduced it. */
  since?: number
  /** Minor version of Butane's fcos 1 that introduced it, if Ignition does not have it. */
  butane?: number
  /** Whether Butane lacks it. */
  onlyIgnition?: boolean
}

interface TextShape {
  kind: 'text'
}
interface IntegerShape {
  kind: 'integer'
}
interface FlagShape {
  kind: 'flag'
}
export interface ListShape<Item extends Shape = Shape> {
  kind: 'list'
  item: Item
  /** Whether equal items are allowed. */
  repeats: boolean
  /** Whether the lists beside it that say so, too, must not have its items. */
  together: boolean
}
export interface RecordShape<Fields extends Record<string, Shape> = Record<string, Shape>> {
  kind: 'record'
  fields: Fields
  /** Field that identifies it in a list. */
  key: string | null
}

/** Data of a shape. Every field may be absent. */
export type DataOf<S> = S extends TextShape
  ? string
  : S extends IntegerShape
    ? number
    : S extends FlagShape
      ? boolean
      : S extends { kind: 'list'; item: infer Item }
        ? DataOf<Item>[]
        : S extends { kind: 'record'; fields: infer Fields }
          ? { -readonly [Name in keyof Fields]?: DataOf<Fields[Name]> }
          : never

const text = { kind: 'text' } as const
const integer = { kind: 'integer' } as const
const flag = { kind: 'flag' } as const
const list = <Item extends Shape>(item: Item, { repeats = false, together = false } = {}): ListShape<Item> => ({
  kind: 'list',
  item,
  repeats,
  together,
})
const record = <Fields extends Record<string, Shape>>(
  fields: Fields,
  key: (keyof Fields & string) | null = null,
): RecordShape<Fields> => ({ kind: 'record', fields, key })
const since = <S extends Shape>(minor: number, shape: S): S => ({ ...shape, since: minor })
const butane = <S extends Shape>(minor: number, shape: S): S => ({ ...shape, butane: minor })
const onlyIgnition = <S extends Shape>(shape: S): S => ({ ...shape, onlyIgnition: true })

const together = { together: true }
const repeated = list(text, { repeats: true })
const verification = record({ hash: text })
const httpHeaders = since(1, list(record({ name: text, value: text }, 'name')))
const owner = record({ id: integer, name: text })

/** Contents of a file. */
const contents = record(
  { source: text, compression: text, httpHeaders, verification, inline: butane(0, text), local: butane(1, text) },
  'source',
)
/** Reference to a config or a certificate, which had fewer fields in version 3.0.0. */
const reference = record(
  {
    source: text,
    compression: since(1, text),
    httpHeaders,
    verification,
    inline: butane(1, text),
    local: butane(1, text),
  },
  'source',
)

const node = { path: text, overwrite: flag, user: owner, group: owner }
const file = record({ ...node, mode: integer, contents, append: list(contents, { repeats: true }) }, 'path')
const directory = record({ ...node, mode: integer }, 'path')
const link = record({ ...node, target: text, hard: flag }, 'path')

const partition = record({
  number: integer,
  label: text,
  guid: text,
  typeGuid: text,
  sizeMiB: integer,
  startMiB: integer,
  shouldExist: flag,
  wipePartitionEntry: flag,
  resize: since(2, flag),
})
const disk = record({ device: text, wipeTable: flag, partitions: list(partition) }, 'device')
const raid = record({ name: text, level: text, devices: list(text), spares: integer, options: repeated }, 'name')
const filesystem = record(
  {
    device: text,
    format: text,
    path: text,
    label: text,
    uuid: text,
    options: repeated,
    mountOptions: since(1, repeated),
    wipeFilesystem: flag,
    withMountUnit: butane(1, flag),
  },
  'device',
)
const tang = record({ url: text, thumbprint: text, advertisement: since(4, text) }, 'url')
const cex = record({ enabled: flag })
const luks = record(
  {
    name: text,
    device: text,
    label: text,
    uuid: text,
    keyFile: contents,
    options: repeated,
    openOptions: since(4, repeated),
    discard: since(4, flag),
    wipeVolume: flag,
    clevis: record({
      tpm2: flag,
      tang: list(tang),
      threshold: integer,
      custom: record({ pin: text, config: text, needsNetwork: flag }),
    }),
    cex: since(5, cex),
  },
  'name',
)
const tree = record({ local: text, path: text })

const dropin = record({ name: text, contents: text, contentsLocal: butane(5, text) }, 'name')
const unit = record(
  {
    name: text,
    contents: text,
    enabled: flag,
    mask: flag,
    dropins: list(dropin),
    contentsLocal: butane(5, text),
  },
  'name',
)

const user = record(
  {
    name: text,
    passwordHash: text,
    sshAuthorizedKeys: list(text),
    uid: integer,
    gecos: text,
    homeDir: text,
    noCreateHome: flag,
    primaryGroup: text,
    groups: list(text),
    noUserGroup: flag,
    noLogInit: flag,
    shell: text,
    system: flag,
    shouldExist: since(2, flag),
    sshAuthorizedKeysLocal: butane(5, repeated),
  },
  'name',
)
const group = record(
  { name: text, gid: integer, passwordHash: text, system: flag, shouldExist: since(2, flag) },
  'name',
)

const config = record({
  variant: butane(0, text),
  version: butane(0, text),
  ignition: record({
    version: onlyIgnition(text),
    config: record({ merge: list(reference, { repeats: true }), replace: reference }),
    timeouts: record({ httpResponseHeaders: integer, httpTotal: integer }),
    security: record({ tls: record({ certificateAuthorities: list(reference) }) }),
    proxy: since(1, record({ httpProxy: text, httpsProxy: text, noProxy: list(text) })),
  }),
  kernelArguments: since(3, record({ shouldExist: list(text, together), shouldNotExist: list(text, together) })),
  passwd: record({ users: list(user), groups: list(group) }),
  storage: record({
    disks: list(disk),
    raid: list(raid),
    luks: since(2, list(luks)),
    filesystems: list(filesystem),
    files: list(file, together),
    directories: list(directory, together),
    links: list(link, together),
    trees: butane(1, list(tree, { repeats: true })),
  }),
  systemd: record({ units: list(unit) }),
  bootDevice: butane(
    3,
    record({
      layout: text,
      luks: record({
        tpm2: flag,
        tang: list(tang),
        threshold: integer,
        discard: butane(5, flag),
        device: butane(6, text),
        cex: butane(6, cex),
      }),
      mirror: record({ devices: repeated }),
    }),
  ),
  grub: butane(5, record({ users: list(record({ name: text, passwordHash: text }, 'name'), { repeats: true }) })),
})

export const shapes = { config, contents, reference, unit, dropin, user }

/** Config in the data of Ignition. */
export type Config = DataOf<typeof config>
export type Storage = NonNullable<Config['storage']>
export type FileNode = NonNullable<Storage['files']>[number]
export type Filesystem = NonNullable<Storage['filesystems']>[number]
export type Luks = NonNullable<Storage['luks']>[number]
export type Disk = NonNullable<Storage['disks']>[number]
export type Resource = DataOf<typeof contents>
export type Unit = DataOf<typeof unit>
export type BootDevice = NonNullable<Config['bootDevice']>

/** Returns the name of a field in Butane: `sizeMiB` is `size_mib` there. */
export const nameInButane = (name: string): string =>
  name.replace('MiB', 'Mib').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * Returns the key of an item in a list: of a partition its number or else its label, as in
 * Ignition. Null if it has none.
 */
export function listKeyOf(shape: Shape, item: unknown): string | null {
  if (shape.kind !== 'record') return String(item)
  const data = item as Record<string, string | number | undefined>
  if (shape === partition) return data['number'] ? `partition ${data['number']}` : ((data['label'] as string) ?? null)
  return shape.key === null ? null : ((data[shape.key] as string | undefined) ?? null)
}

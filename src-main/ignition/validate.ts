import { posix } from 'node:path'
import { findSyntaxError } from './find-syntax-error.ts'
import { modeProblem } from './modes.ts'
import type { Problem, Say } from './problem.ts'
import type { Places } from './read-shape.ts'
import {
  listKeyOf,
  shapes,
  type Config,
  type Disk,
  type FileNode,
  type Filesystem,
  type ListShape,
  type Luks,
  type RecordShape,
} from './shapes.ts'
import { readUnitFile } from './unit-file.ts'
import { validateReference, validateResource } from './validate-resource.ts'

/**
 * Checks the values of a config whose types are right, by the rules of `ignition-validate`
 * (coreos/ignition `config/v3_*\/types`), and by a few rules that only the first boot would check.
 * @param spec – minor version of spec 3
 */
export function validate(config: Config, spec: number, places: Places): Problem[] {
  const problems: Problem[] = []
  const say: Say = (code, object, part, values) => problems.push(places.problem(code, object, part, values))
  const { ignition = {}, passwd = {}, storage = {}, systemd = {} } = config

  findTwins(shapes.config, config, say)

  for (const reference of ignition.config?.merge ?? []) validateReference(reference, spec, say)
  if (ignition.config?.replace) validateResource(ignition.config.replace, spec, say)
  for (const reference of ignition.security?.tls?.certificateAuthorities ?? []) validateReference(reference, spec, say)
  validateProxy(ignition.proxy, say)

  for (const user of passwd.users ?? []) {
    if (!user.name) say('name-missing', user, 'name')
    if (user.passwordHash && !user.passwordHash.includes('$') && !/^[*!]/.test(user.passwordHash))
      say('password-plain', user, 'passwordHash')
    user.sshAuthorizedKeys?.forEach((key, index) => {
      if (/^-----BEGIN .*PRIVATE KEY/.test(key)) say('key-private', user.sshAuthorizedKeys!, index)
      else if (!isPublicKey(key)) say('key-not-public', user.sshAuthorizedKeys!, index)
    })
  }
  for (const group of passwd.groups ?? []) if (!group.name) say('name-missing', group, 'name')

  for (const disk of storage.disks ?? []) validateDisk(disk, say)
  for (const raid of storage.raid ?? []) validateRaid(raid, say)
  for (const luks of storage.luks ?? []) validateLuks(luks, spec, say)
  for (const filesystem of storage.filesystems ?? []) validateFilesystem(filesystem, spec, storage.disks ?? [], say)
  for (const file of storage.files ?? []) {
    validateNode(file, spec, say)
    if (file.contents) validateResource(file.contents, spec, say)
    for (const resource of file.append ?? []) validateResource(resource, spec, say)
    if (file.overwrite && file.contents?.source === undefined) say('overwrite-without-source', file, 'overwrite')
  }
  for (const directory of storage.directories ?? []) validateNode(directory, spec, say)
  validateLinks(storage, spec, say)
  validateTree(config, say)

  for (const unit of systemd.units ?? []) validateUnit(unit, say)
  return problems
}

type Storage = NonNullable<Config['storage']>
type Unit = NonNullable<NonNullable<Config['systemd']>['units']>[number]

/** Reports items of the lists of a record, and of the records in it, that have the same key. */
function findTwins({ fields }: RecordShape, data: object, say: Say): void {
  const parts = Object.entries(data as Record<string, unknown>).map(([name, value]) => ({
    shape: fields[name]!,
    value,
  }))
  const seenTogether = new Set<string>()
  for (const { shape, value } of parts) {
    if (shape.kind === 'record') findTwins(shape, value as object, say)
    if (shape.kind !== 'list') continue
    const items = value as unknown[]
    if (shape.item.kind === 'record') for (const item of items) findTwins(shape.item, item as object, say)
    if (!shape.repeats) findListedTwice(shape, items, shape.together ? seenTogether : new Set(), say)
  }
}

function findListedTwice({ item: shape }: ListShape, items: unknown[], seen: Set<string>, say: Say): void {
  items.forEach((item, index) => {
    const key = listKeyOf(shape, item)
    if (!key) return
    if (seen.has(key)) say('listed-twice', items, index, { name: key.length > 80 ? `${key.slice(0, 80)}…` : key })
    seen.add(key)
  })
}

function validateProxy(proxy: NonNullable<Config['ignition']>['proxy'], say: Say): void {
  for (const name of ['httpProxy', 'httpsProxy'] as const) {
    const url = proxy?.[name]
    if (!url) continue
    if (!/^https?:/i.test(url)) say('proxy-scheme', proxy!, name)
    else if (name === 'httpsProxy' && /^http:/i.test(url)) say('proxy-plaintext', proxy!, name)
  }
}

/** Types of public keys (sshd(8), AUTHORIZED_KEYS FILE FORMAT), perhaps behind options. */
const isPublicKey = (line: string) =>
  /^\s*(?:#|$)/.test(line) || /(?:^|\s)(?:ssh-|ecdsa-|sk-)[\w@.-]+\s+AAAA[\w+/=]*(?:\s|$)/.test(line)

function validatePath(path: string | undefined, object: object, part: string | number, say: Say): void {
  if (!path) return say('path-missing', object, part)
  if (!path.startsWith('/')) return say('path-relative', object, part, { found: path })
  const simple = posix.normalize(path).replace(/(?<=.)\/$/, '')
  if (simple !== path) say('path-not-simple', object, part, { found: path, simple })
}

function validateNode(node: FileNode, spec: number, say: Say): void {
  validatePath(node.path, node, 'path', say)
  for (const part of ['user', 'group'] as const) {
    const owner = node[part]
    if (owner?.id !== undefined && owner.name) say('id-and-name', node, part)
  }
  const problem = modeProblem(node.mode, spec)
  if (problem !== null) say(problem, node, 'mode', { found: node.mode! })
}

function validateLinks({ links = [], directories = [] }: Storage, spec: number, say: Say): void {
  for (const link of links) {
    validateNode(link, spec, say)
    if (!link.target) {
      say('link-target-missing', link, 'target')
      continue
    }
    if (!link.hard) continue
    const target = posix.isAbsolute(link.target)
      ? posix.normalize(link.target)
      : posix.join(link.path ?? '', link.target)
    if (directories.some(({ path }) => path === target)) say('link-to-directory', link)
    for (const part of ['user', 'group'] as const)
      if (link[part] && Object.keys(link[part]).length > 0) say('link-owner', link, part)
  }
}

/** Checks paths against each other: a path below a link or a file, and one that a unit has. */
function validateTree({ storage = {}, systemd = {} }: Config, say: Say): void {
  const unitPaths = new Map<string, string>()
  for (const { name = '', contents, dropins = [] } of systemd.units ?? []) {
    if (contents) unitPaths.set(`/etc/systemd/system/${name}`, name)
    for (const dropin of dropins)
      if (dropin.contents) unitPaths.set(`/etc/systemd/system/${name}.d/${dropin.name}`, dropin.name ?? '')
  }
  const links = storage.links ?? []
  const files = storage.files ?? []
  for (const node of [...files, ...(storage.directories ?? []), ...links]) {
    const path = node.path ?? ''
    const link = links.find((each) => path.startsWith(`${each.path}/`))
    const file = files.find((each) => path.startsWith(`${each.path}/`))
    if (link) say('below-link', node, 'path', { link: link.path! })
    else if (file) say('below-file', node, 'path', { file: file.path! })
    const unit = unitPaths.get(path)
    if (unit !== undefined) say('path-of-unit', node, 'path', { unit })
  }
}

function validateDisk(disk: Disk, say: Say): void {
  if (!disk.device) return say('device-missing', disk, 'device')
  validatePath(disk.device, disk, 'device', say)
  const partitions = disk.partitions ?? []
  const labels = new Set<string>()
  for (const partition of partitions) {
    const { number = 0, label, guid, typeGuid, startMiB, sizeMiB, shouldExist } = partition
    if (number === 0 && label === undefined) say('partition-not-named', partition)
    if (label !== undefined) {
      if (Buffer.byteLength(label) > 36) say('partition-label-long', partition, 'label')
      if (label.includes(':')) say('partition-label-colon', partition, 'label')
      if (labels.has(label)) say('partition-label-twice', partition, 'label', { label })
      labels.add(label)
    }
    for (const part of ['guid', 'typeGuid'] as const)
      if (partition[part] && !/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(partition[part]))
        say('guid-invalid', partition, part)
    if (shouldExist === false) {
      const others = label !== undefined || guid || typeGuid || startMiB !== undefined || sizeMiB !== undefined
      if (others) say('partition-absent-with-others', partition)
    }
  }
  if (partitions.some(({ shouldExist }) => shouldExist === false) && partitions.some(({ number }) => !number))
    say('partition-numbers-needed', disk, 'partitions')
  const spans = partitions.flatMap(({ startMiB, sizeMiB }, index) =>
    startMiB && sizeMiB !== undefined ? [{ index, from: startMiB, to: startMiB + Math.max(sizeMiB, 1) }] : [],
  )
  spans.forEach((span, order) => {
    if (spans.slice(0, order).some(({ from, to }) => span.from < to && from < span.to))
      say('partitions-overlap', partitions, span.index)
  })
}

const raidLevels = /^(?:linear|raid0|0|stripe|raid1|1|mirror|raid4|4|raid5|5|raid6|6|raid10|10)$/

function validateRaid(raid: NonNullable<Storage['raid']>[number], say: Say): void {
  if (!raid.name) say('name-missing', raid, 'name')
  if (!raid.level) say('raid-level-missing', raid, 'level')
  else if (!raidLevels.test(raid.level)) say('raid-level-not-known', raid, 'level', { found: raid.level })
  else if (raid.spares && /^(?:linear|raid0|0|stripe)$/.test(raid.level))
    say('raid-spares', raid, 'level', { level: raid.level })
  if (!raid.devices?.length) say('raid-devices-missing', raid, 'devices')
  raid.devices?.forEach((device, index) => validatePath(device, raid.devices!, index, say))
}

/** Longest label of each file system, in bytes (the man pages of its mkfs). */
const labelSizes: Record<string, number> = { ext4: 16, btrfs: 256, xfs: 12, swap: 15, vfat: 11 }

function validateFilesystem(filesystem: Filesystem, spec: number, disks: Disk[], say: Say): void {
  const { device, format, path, label, uuid, options, mountOptions, wipeFilesystem } = filesystem
  validatePath(device, filesystem, 'device', say)
  if (path !== undefined && path !== '') validatePath(path, filesystem, 'path', say)
  const formats = [...Object.keys(labelSizes), ...(spec >= 3 ? ['none'] : [])]
  if (!format) {
    if (path || label || uuid || wipeFilesystem || options?.length || mountOptions?.length)
      say('filesystem-format-missing', filesystem, 'format')
  } else if (!formats.includes(format)) {
    say('filesystem-not-known', filesystem, 'format', { found: format, formats: formats.join(', ') })
  } else if (label && Buffer.byteLength(label) > (labelSizes[format] ?? Infinity))
    say('filesystem-label-long', filesystem, 'label', { format, most: labelSizes[format]! })
  const disk = disks.find((each) => each.device === device)
  if (disk?.partitions?.length) say('filesystem-over-disk', filesystem, 'device')
}

function validateLuks(luks: Luks, spec: number, say: Say): void {
  const { name, device, label, clevis, keyFile, cex } = luks
  if (!name) say('name-missing', luks, 'name')
  else if (name.includes('/')) say('luks-name-slash', luks, 'name')
  if (label && Buffer.byteLength(label) > 47) say('luks-label-long', luks, 'label')
  if (!device) say('device-missing', luks, 'device')
  else validatePath(device, luks, 'device', say)
  if (keyFile) validateResource(keyFile, spec, say)
  const custom = clevis?.custom
  if (custom && (custom.pin || custom.config || custom.needsNetwork)) {
    if (clevis.tang?.length || clevis.tpm2 || clevis.threshold) say('clevis-custom-alone', luks, 'clevis')
    if (!custom.pin) say('clevis-pin-missing', custom, 'pin')
    else if (!/^(?:tpm2|tang|sss|trustee)$/.test(custom.pin))
      say('clevis-pin-not-known', custom, 'pin', { found: custom.pin })
    if (!custom.config) say('clevis-config-missing', custom, 'config')
  }
  for (const tang of clevis?.tang ?? []) {
    if (!/^https?:/i.test(tang.url ?? '')) say('tang-url', tang, 'url')
    if (!tang.thumbprint) say('tang-thumbprint', tang, 'thumbprint')
    if (tang.advertisement && findSyntaxError(tang.advertisement) !== null)
      say('tang-advertisement', tang, 'advertisement')
  }
  if (cex?.enabled && (clevis?.tpm2 || clevis?.tang?.length || custom?.pin || keyFile?.source))
    say('cex-alone', luks, 'cex')
}

const unitEnding = /\.(?:service|socket|device|mount|automount|swap|target|path|timer|snapshot|slice|scope)$/

function validateUnit(unit: Unit, say: Say): void {
  const { name = '', contents, enabled, dropins = [] } = unit
  if (!unitEnding.test(name)) say('unit-name', unit, 'name')
  const { sections, defect } = readUnitFile(contents ?? '')
  if (defect) say('unit-contents', unit, 'contents', { ...defect })
  else if (enabled && contents && !sections.includes('Install')) say('unit-not-installed', unit, 'contents')
  for (const dropin of dropins) {
    if (!dropin.name?.endsWith('.conf')) say('dropin-name', dropin, 'name')
    const found = readUnitFile(dropin.contents ?? '').defect
    if (found) say('unit-contents', dropin, 'contents', { ...found })
  }
}

import { validateBootDevice } from './boot-device.ts'
import { octalMeant } from './modes.ts'
import { shapes, type Config, type Resource, type Shape } from './shapes.ts'
import type { Say } from './problem.ts'

/** Labels of the partitions of Fedora CoreOS, with their numbers. */
const partitionNumbers: Record<string, number> = {
  'BIOS-BOOT': 1,
  'PowerPC-PReP-boot': 1,
  'EFI-SYSTEM': 2,
  boot: 3,
  root: 4,
}
const bootDisk = '/dev/disk/by-id/coreos-boot-disk'

/**
 * Checks the parts of a Butane config that Ignition does not have (`base/v0_*\/validate.go`,
 * `config/fcos/v1_*\/validate.go`). The rest is checked once it is translated.
 * @param butane – minor version of fcos 1
 */
export function validateButane(config: Config, butane: number, say: Say): void {
  const { storage = {}, bootDevice, grub, systemd } = config
  validateResources(shapes.config, config, say)
  if (bootDevice) validateBootDevice(bootDevice, butane, say)
  for (const user of grub?.users ?? []) {
    if (!user.name) say('grub-name-missing', user, 'name')
    if (!user.passwordHash) say('grub-password-missing', user, 'passwordHash')
  }
  for (const part of (systemd?.units ?? []).flatMap((unit) => [unit, ...(unit.dropins ?? [])]))
    if (part.contents !== undefined && part.contentsLocal !== undefined) say('too-many-contents', part, 'contentsLocal')
  for (const tree of storage.trees ?? []) if (!tree.local) say('tree-local-missing', tree)
  for (const [nodes, isDirectory] of [
    [storage.files, false],
    [storage.directories, true],
  ] as const)
    for (const node of nodes ?? []) {
      const meant = node.mode === undefined ? null : octalMeant(node.mode, isDirectory)
      if (meant === null) continue
      const octal = `0${node.mode!.toString(8)}`
      say('mode-decimal', node, 'mode', { found: node.mode!, octal, meant: `0${meant.toString(8)}` })
    }
  for (const filesystem of storage.filesystems ?? []) {
    if (!filesystem.withMountUnit) continue
    const { format, path } = filesystem
    if (!format) say('mount-without-format', filesystem, 'format')
    else if (format !== 'swap' && !path) say('mount-without-path', filesystem, 'path')
    else if (butane >= 6 && path && !/^\/(?:etc|var)(?:\/|$)/.test(path))
      say('mount-forbidden', filesystem, 'path', { found: path })
  }
  for (const disk of storage.disks ?? []) {
    if (disk.wipeTable) continue
    for (const partition of disk.partitions ?? []) {
      const { label, number = 0 } = partition
      if (label === undefined) continue
      const expected = partitionNumbers[label]
      if (expected !== undefined && number !== expected)
        say('partition-number-wrong', partition, 'label', { label, number: expected })
      else if (butane >= 6 && number === 0 && disk.device !== bootDisk) say('partition-by-label', partition, 'label')
    }
  }
}

/** Reports each resource with more than one source. */
function validateResources(shape: Shape, data: unknown, say: Say): void {
  if (data === undefined) return
  if (shape.kind === 'list') {
    for (const item of data as unknown[]) validateResources(shape.item, item, say)
  } else if (shape.kind === 'record') {
    if (shape.key === 'source') {
      const resource = data as Resource
      const given = (['local', 'inline', 'source'] as const).filter((name) => resource[name] !== undefined)
      if (given.length > 1) say('too-many-sources', resource, given.at(-1))
    }
    for (const [name, field] of Object.entries(shape.fields))
      validateResources(field, (data as Record<string, unknown>)[name], say)
  }
}

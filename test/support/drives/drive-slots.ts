import fc from 'fast-check'
import { createAmbiguousMarks } from '../../../src-main/drives/linux/ambiguous-marks.ts'
import type { BlockDevice } from '../../../src-main/drives/linux/block-tree.ts'
import { toDrive } from '../../../src-main/drives/linux/to-drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { Drive } from '../../../src-shared/drive.ts'

/** A USB stick, plugged in or not. */
export interface Stick {
  /** Identifies the stick in the test. A real system cannot see this. */
  name: string
  serial: string | null
  wwn: string | null
  model: string
  size: number
}

/** USB sticks, some with equal serial numbers and some without. */
export const sticks: fc.Arbitrary<Stick[]> = fc
  .array(
    fc.record({
      serial: fc.constantFrom(null, '0123456789', '0123456789', '4C53'),
      wwn: fc.constantFrom(null, null, '0x1'),
      model: fc.constantFrom('Ultra', 'Ultra', 'Flash Disk'),
      size: fc.constantFrom(32e9, 32e9, 64e9),
    }),
    { minLength: 2, maxLength: 4 },
  )
  .map((all) => all.map((stick, index) => ({ ...stick, name: `stick ${index}` })))

/**
 * Events: the stick at this index is plugged in, or removed if it was plugged in. `look` says
 * whether Kindling lists the drives before the next event.
 */
export const plugEvents = fc.array(fc.record({ stick: fc.nat(3), look: fc.boolean() }), { maxLength: 8 })

/**
 * Makes a simulated machine whose drives come and go. Device names are reused, and `by-id` links
 * move.
 */
export function makeSlots() {
  const plugged: (Stick & { slot: number; attachment: number })[] = []
  const links = new Map<string, number>()
  const ambiguous = createAmbiguousMarks()
  let attachments = 0
  const deviceOf = (slot: number) => `/dev/sd${String.fromCharCode(98 + slot)}`

  function describe({ slot, serial, wwn, model, size }: (typeof plugged)[number]): BlockDevice {
    return {
      ...{ device: deviceOf(slot), number: `8:${16 * (slot + 1)}`, type: 'disk', size, sectorSize: 512 },
      ...{ readOnly: false, removable: true, vendor: 'USB', model, serial, wwn, bus: 'usb', label: null },
      ...{ fileSystem: null, mountpoints: [], children: [] },
    }
  }

  return {
    toggle(stick: Stick): void {
      const at = plugged.findIndex(({ name }) => name === stick.name)
      if (at >= 0) return void plugged.splice(at, 1)
      let slot = 0
      while (plugged.some((other) => other.slot === slot)) slot++
      plugged.push({ ...stick, slot, attachment: ++attachments })
      if (stick.serial !== null) links.set(`/dev/disk/by-id/usb-${stick.serial}`, slot)
    },
    /** Returns the drives as Kindling sees them now. */
    look(): Drive[] {
      const tree = plugged.map(describe)
      ambiguous.compare(tree)
      return plugged.map((stick, index) => {
        const link = [...links].find(([, slot]) => slot === stick.slot)
        const presence = { attachment: String(stick.attachment), medium: String(stick.attachment) }
        return toDrive(tree[index]!, {
          ...{ byId: link?.[0] ?? null, presence, system: null, users: [] },
          ambiguous: ambiguous.includes(tree[index]!),
        })
      })
    },
    inspect(path: string): Drive {
      const slot = links.get(path)
      const device = slot === undefined ? path : deviceOf(slot)
      const found = this.look().find(({ identity }) => identity.device === device)
      if (found === undefined) throw new KindlingError('drive-missing', { drive: path })
      return found
    },
    /** Returns the name of the stick behind a drive that `look` returned. */
    stickOf: ({ identity }: Drive): string =>
      plugged.find(({ attachment }) => String(attachment) === identity.attachment)!.name,
  }
}

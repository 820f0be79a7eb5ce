import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import type { Drive } from '../../../src-shared/drive.ts'
import type { Bridge } from '../../../src-shared/window-api.ts'
import { DriveChoice } from '../../../src-renderer/drive/drive-choice.svelte.ts'
import { DriveList } from '../../../src-renderer/drive/drive-list.svelte.ts'
import { Jobs } from '../../../src-renderer/job/jobs.svelte.ts'
import { makeSlots, plugEvents, sticks } from '../../support/drives/drive-slots.ts'
import { makeDrive } from './drives.ts'

const call = (async () => ({ ok: false })) as unknown as Bridge['call']
let list: DriveList
let choice: DriveChoice
const chosen = () => choice.chosen.map(({ identity }) => identity.device)

beforeEach(() => {
  list = new DriveList(call)
  choice = new DriveChoice(list, new Jobs(call), 'write')
})

test('nothing is chosen until somebody chooses', () => {
  list.accept([makeDrive('/dev/sdb')])
  expect(choice.chosen).toEqual([])
})

test('the chosen drive stays chosen while it is attached, whatever its name', () => {
  list.accept([makeDrive('/dev/sdb', {}, 'A')])
  choice.choose(list.all[0]!)
  list.accept([makeDrive('/dev/sdb', {}, 'B'), makeDrive('/dev/sdc', {}, 'A')])
  expect(chosen()).toEqual(['/dev/sdc'])
})

test('a chosen drive that disappears is chosen no more, also when it returns', () => {
  const stick = makeDrive('/dev/sdb')
  list.accept([stick])
  choice.choose(stick)
  list.accept([])
  expect(choice.chosen).toEqual([])
  expect(choice.gone.map(({ name }) => name)).toEqual(['SanDisk Ultra'])
  list.accept([stick])
  expect(choice.chosen).toEqual([])
})

test('of several the one that disappears is chosen no more, and the others stay', () => {
  const drives = ['/dev/sdb', '/dev/sdc', '/dev/sdd'].map((device) => makeDrive(device))
  list.accept(drives)
  choice.several = true
  for (const drive of drives) choice.toggle(drive)
  list.accept([drives[0]!, drives[2]!])
  list.accept(drives)
  expect(chosen()).toEqual(['/dev/sdb', '/dev/sdd'])
  expect(choice.gone.map(({ name }) => name)).toEqual(['SanDisk Ultra'])
})

test('a drive that disappears keeps its place in the list until it returns or another choice is made', () => {
  const drives = ['/dev/sdb', '/dev/sdc', '/dev/sdd'].map((device) => makeDrive(device))
  const [first, middle, last] = drives as [Drive, Drive, Drive]
  const rows = () => choice.rows.map(({ identity }) => identity.device)
  list.accept(drives)
  choice.choose(middle)
  list.accept([first, last])
  expect(rows()).toEqual(['/dev/sdb', '/dev/sdc', '/dev/sdd'])
  expect(choice.offered).toEqual([first, last])
  list.accept(drives)
  expect(choice.rows).toEqual(drives)
  list.accept([first, last])
  choice.choose(last)
  expect(rows()).toEqual(['/dev/sdb', '/dev/sdd'])
  list.accept([])
  expect(rows()).toEqual(['/dev/sdd'])
  list.accept([makeDrive('/dev/sdd', {}, 'another')])
  expect(choice.rows).toEqual(list.all)
})

test('a drive is chosen and left out again', () => {
  const drive = makeDrive('/dev/sdb')
  list.accept([drive])
  choice.several = true
  choice.toggle(drive)
  choice.toggle(drive)
  expect(choice.chosen).toEqual([])
})

test('who wants one drive again has it if it was the only one, and else none', () => {
  const drives = ['/dev/sdb', '/dev/sdc'].map((device) => makeDrive(device))
  list.accept(drives)
  choice.several = true
  choice.toggle(drives[0]!)
  choice.several = false
  expect(chosen()).toEqual(['/dev/sdb'])
  choice.several = true
  choice.toggle(drives[1]!)
  choice.several = false
  expect(chosen()).toEqual([])
})

test('refused drives are apart from those that can be written, and may be read', () => {
  const system = makeDrive('/dev/sda', { refusals: [{ code: 'drive-system', title: 'No', details: {} }] })
  const stick = makeDrive('/dev/sdb')
  list.accept([system, stick])
  expect(choice.offered).toEqual([stick])
  expect(choice.withheld).toEqual([{ drive: system, usedBy: null }])
  expect(new DriveChoice(list, new Jobs(call), 'verify').offered).toEqual([system, stick])
})

test('of drives with one serial number one is chosen, and its twin is not when it is pulled out', () => {
  const twins = ['A', 'B'].map((attachment) => {
    const drive = makeDrive(`/dev/sd${attachment.toLowerCase()}`, {}, '0123456789')
    return { ...drive, identity: { ...drive.identity, attachment } }
  })
  list.accept(twins)
  choice.choose(twins[0]!)
  expect(chosen()).toEqual(['/dev/sda'])
  choice.several = true
  choice.toggle(twins[1]!)
  choice.toggle(twins[0]!)
  expect(chosen()).toEqual(['/dev/sdb'])
  list.accept([twins[0]!])
  expect(chosen()).toEqual([])
  expect(choice.gone.map(({ name }) => name)).toEqual(['SanDisk Ultra'])
})

test('a choice is the stick that was clicked or nothing, whatever is plugged in and out', () => {
  fc.assert(
    fc.property(sticks, plugEvents, plugEvents, fc.nat(3), (all, before, after, pick) => {
      const slots = makeSlots()
      const list = new DriveList(call)
      const choice = new DriveChoice(list, new Jobs(call), 'write')
      const play = (events: typeof before) => {
        for (const { stick, look } of events) {
          slots.toggle(all[stick % all.length]!)
          if (look) list.accept(slots.look())
        }
        list.accept(slots.look())
      }
      play(before)
      fc.pre(list.all.length > 0)
      const clicked = list.all[pick % list.all.length]!
      const stick = slots.stickOf(clicked)
      choice.choose(clicked)
      expect(choice.chosen).toEqual([clicked])
      play(after)
      expect(choice.chosen.length).toBeLessThanOrEqual(1)
      for (const drive of choice.chosen) expect(slots.stickOf(drive)).toBe(stick)
    }),
    { numRuns: 300 },
  )
})

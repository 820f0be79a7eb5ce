import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { claimDisk } from '../../../../src-main/drives/macos/claim-disk.ts'

// No macOS is available. Stand-ins for Disk Arbitration and Foundation behave as Apple documents.
function runScript(claimed: (calls: string[]) => boolean): string[] {
  const calls: string[] = []
  const bound: string[] = ['NSFileHandle', 'NSThread', 'NSUTF8StringEncoding']
  const object = { isNil: () => false }
  const bridge = Object.assign((text?: string) => ({ dataUsingEncoding: () => text }), {
    NSFileHandle: {
      fileHandleWithStandardOutput: { writeData: (text: string) => calls.push(`said ${text.trim()}`) },
      fileHandleWithStandardInput: {
        get readDataToEndOfFile() {
          calls.push('waited')
          return ''
        },
      },
    },
    NSThread: { sleepForTimeInterval: () => calls.push('slept') },
    DASessionCreate: () => object,
    DADiskCreateFromBSDName: (_: unknown, session: unknown, name: string) => {
      calls.push(`disk ${name}`)
      return session
    },
    DADiskIsClaimed: () => claimed(calls),
    DADiskClaim: (...told: unknown[]) => calls.push(`claimed ${told.length} ${told[1]}`),
    DADiskUnclaim: () => calls.push('unclaimed'),
  })
  const $ = new Proxy(bridge, {
    get: (target, name) => {
      expect(bound).toContain(name)
      return Reflect.get(target, name) as unknown
    },
  })
  const ObjC = { import: () => {}, bindFunction: (name: string) => bound.push(name) }
  const { args } = claimDisk('/dev/disk4')
  runInNewContext(`${args[3]}; run(${JSON.stringify(args.slice(4))})`, { $, ObjC })
  return calls
}

test('it is claimed once it is free, said to be held, and given back when standard input ends', () => {
  const calls = runScript((before) => (before.includes('claimed 6 0') ? true : !before.includes('slept')))
  expect(calls).toEqual(['disk disk4', 'slept', 'claimed 6 0', 'said held', 'waited', 'unclaimed'])
})

test('what another program keeps claimed is busy, and not claimed', () => {
  const calls = runScript(() => true)
  expect(calls.filter((call) => call !== 'slept')).toEqual(['disk disk4', 'said busy: another program'])
})

test('a claim that does not come about is not said to be held', () => {
  expect(runScript(() => false).filter((call) => call !== 'slept')).toEqual(['disk disk4', 'claimed 6 0'])
})

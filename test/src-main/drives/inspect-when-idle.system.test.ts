import { expect } from 'vitest'
import { createSystem } from '../../../src-main/drives/create-system.ts'
import { inspectWhenIdle } from '../../../src-main/drives/inspect-when-idle.ts'
import { makeZram } from '../../support/drives/devices.ts'
import { holdOpen } from '../../support/drives/hold-open.ts'
import { testWith } from '../../support/run/needs.ts'
import { saying } from '../../support/expect/saying.ts'

testWith(['zram'], 'a program that has a drive open for a moment is no user of it; one that stays is', async () => {
  const zram = await makeZram(16 * 2 ** 20)
  const system = createSystem()
  let holder = await holdOpen(zram.device, 'O_RDWR')
  try {
    let busy = 0
    const passing = await inspectWhenIdle(
      {
        async inspect(path) {
          const drive = await system.inspect(path)
          busy += drive.refusals.length
          await holder.dispose()
          return drive
        },
      },
      zram.device,
    )
    expect([busy, passing.refusals]).toEqual([1, []])

    holder = await holdOpen(zram.device, 'O_RDWR')
    const { refusals } = await inspectWhenIdle(system, zram.device)
    expect(refusals).toMatchObject([{ code: 'drive-busy', details: { users: [saying(/^\S+ \(process \d+\)$/)] } }])
  } finally {
    await holder.dispose()
    await zram.dispose()
  }
})

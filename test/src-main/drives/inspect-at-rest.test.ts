import { expect, test } from 'vitest'
import { createSystem } from '../../../src-main/drives/create-system.ts'
import { inspectAtRest } from '../../../src-main/drives/inspect-at-rest.ts'
import { canUseDevices, makeZram } from '../../support/devices.ts'
import { holdOpen } from '../../support/hold-open.ts'

test('a program that has a drive open for a moment is no user of it; one that stays is', async (context) => {
  const reason = canUseDevices()
  if (reason !== null) return context.skip(reason)
  const zram = await makeZram(16 * 2 ** 20)
  const system = createSystem()
  let holder = await holdOpen(zram.device, 'O_RDWR')
  try {
    let busy = 0
    const passing = await inspectAtRest(
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
    const { refusals } = await inspectAtRest(system, zram.device)
    expect(refusals).toMatchObject([
      { code: 'drive-busy', details: { users: [expect.stringMatching(/^\S+ \(process \d+\)$/)] } },
    ])
  } finally {
    await holder.dispose()
    await zram.dispose()
  }
})

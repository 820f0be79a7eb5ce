import { expect, test } from 'vitest'
import { findStateFaults } from '../support/window/find-state-faults.ts'
import { describeWith } from '../support/run/needs.ts'
import { isSoak } from '../support/run/tier.ts'

/** Time limit in milliseconds. This test does as much as a hundred others. */
const walking = 3_600_000

describeWith(['window', 'fuse', 'command:mkfs.vfat'], `every ${isSoak ? '' : 'usual '}state of the window`, () => {
  test(
    `can be read whole in ${isSoak ? 'every size and language' : 'the smallest window and the longest language'}, and keeps nobody from using it`,
    async () => {
      const looks = [
        { colorScheme: 'light', forcedColors: 'none' },
        { colorScheme: 'dark', forcedColors: 'active' },
        { colorScheme: 'dark', forcedColors: 'none' },
      ] as const
      const { states, faults } = await findStateFaults(isSoak ? looks : looks.slice(0, 1))
      expect(states).toBeGreaterThan(25)
      expect(faults).toEqual([])
    },
    walking,
  )
})

import type { BlockDevice } from './block-tree.ts'

/**
 * Serial numbers and WWNs that were seen on two drives at the same time. They identify neither
 * drive, even after one of the two was unplugged.
 */
export interface AmbiguousMarks {
  /**
   * Compares the drives that are present.
   * @param drives – whole drives
   */
  compare(drives: BlockDevice[]): void
  includes(drive: BlockDevice): boolean
}

export function createAmbiguousMarks(): AmbiguousMarks {
  const ambiguous = new Set<string>()
  return {
    compare(drives) {
      const seen = new Set<string>()
      for (const mark of drives.flatMap(marksOf)) {
        if (seen.has(mark)) ambiguous.add(mark)
        seen.add(mark)
      }
    },
    includes: (drive) => marksOf(drive).some((mark) => ambiguous.has(mark)),
  }
}

const marksOf = ({ serial, wwn }: BlockDevice): string[] => [
  ...(serial === null ? [] : [`serial ${serial}`]),
  ...(wwn === null ? [] : [`wwn ${wwn}`]),
]

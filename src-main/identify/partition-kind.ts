import type { PartitionKind } from '../../src-shared/partition-kinds.ts'

/** Kinds by type GUID (UEFI 2.10, table 5.7, and the Discoverable Partitions Specification). */
const byGuid = new Map<string, PartitionKind>([
  ['c12a7328-f81f-11d2-ba4b-00a0c93ec93b', 'efi'],
  ['21686148-6449-6e6f-744e-656564454649', 'biosBoot'],
  ['9e1a2d38-c612-4316-aa26-8b49521e5a8b', 'prep'],
  ['0fc63daf-8483-4772-8e79-3d69d8477de4', 'linux'],
  ['4f68bce3-e8cd-4db1-96e7-fbcaf984b709', 'linux'],
  ['b921b045-1df0-41c3-af44-4c6f280d3fae', 'linux'],
  ['0657fd6d-a4ab-43c4-84e5-0933c84b4f4f', 'swap'],
  ['e6d6d379-f507-44c2-a23c-238f2a3df928', 'linux'],
  ['ebd0a0a2-b9e5-4433-87c0-68b6b72699c7', 'windows'],
  ['e3c9e316-0b5c-4db8-817d-f92df00215ae', 'windowsReserved'],
  ['48465300-0000-11aa-aa11-00306543ecac', 'apple'],
  ['7c3457ef-0000-11aa-aa11-00306543ecac', 'apple'],
])

/** Kinds by the type byte of an MBR, as util-linux names them (libfdisk, dos.c). */
const byByte = new Map<number, PartitionKind>([
  ...[0x01, 0x04, 0x06, 0x0b, 0x0c, 0x0e].map((type) => [type, 'fat'] as const),
  ...[0x05, 0x0f, 0x85].map((type) => [type, 'extended'] as const),
  [0x07, 'ntfs'],
  [0x41, 'prep'],
  [0x82, 'swap'],
  [0x83, 'linux'],
  [0x8e, 'linux'],
  [0xaf, 'apple'],
  [0xef, 'efi'],
])

/**
 * Returns the kind of a partition, or null if its type is another one.
 * @param type – GUID in lower case, or the type byte of an MBR
 */
export const kindOf = (type: string | number): PartitionKind | null =>
  (typeof type === 'string' ? byGuid.get(type) : byByte.get(type)) ?? null

import { driveIdentity, type Drive, type DriveIdentity } from '../../../src-shared/drive.ts'

/** Identities of the drives that the core has sent to the page. */
export class ListedDrives {
  readonly #keys = new Set<string>()

  add(drives: Drive[]): void {
    for (const { identity } of drives) this.#keys.add(keyOf(identity))
  }

  has(identity: DriveIdentity): boolean {
    return this.#keys.has(keyOf(identity))
  }
}

/** Serializes an identity with its properties in a fixed order. */
const keyOf = (identity: DriveIdentity): string => JSON.stringify(driveIdentity.parse(identity))

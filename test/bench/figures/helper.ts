import { copyFile, link } from 'node:fs/promises'
import { privateDirectories } from '../../support/programs/private-directories.ts'
import { makeUnprivileged } from '../../support/programs/unprivileged.ts'
import { makeBenchDrive } from '../bench-drive.ts'
import { describeImage } from '../bench-image.ts'
import { whole, type Contender } from '../comparison.ts'
import { LeftOut, type Figure } from '../figure.ts'
import { findMissing, programs } from '../programs.ts'
import { readDurations } from '../read-receipt.ts'

const direct = 'as root'
const helped = 'as nobody, with sudo'
const phases = ['write', 'read-back']

/**
 * A write by root, compared with a write by an unprivileged user whose drive is opened by a helper.
 */
export const helper: Figure = async function* ({ images, signal }) {
  const missing = findMissing('sudo', 'unshare', 'setpriv', 'openssl')
  if (missing !== null) throw new LeftOut(`needs ${missing}`)
  const image = await images[0]!()
  const drive = await makeBenchDrive(image.rawSize)
  const user = await makeUnprivileged({ sudo: 'without-password' })
  try {
    const path = user.shared('image.raw.xz')
    await link(image.path, path).catch(() => copyFile(image.path, path))
    const contender = (name: string, as: string[]): Contender => ({
      name,
      missing: findMissing(programs.KINDLING),
      command: `${as.join(' ')} write --image-file "$IMAGE" --sha256 "$SHA256" --drive "$DRIVE" --yes --json`,
      env: {
        ...privateDirectories(user.home.file(name.replaceAll(/\W/g, ''))),
        IMAGE: path,
        SHA256: image.sha256,
        DRIVE: drive.device,
      },
      bytes: image.rawSize,
      rows: [whole, ...phases],
      phases: readDurations,
    })
    yield {
      title: `Writing ${describeImage(image)} in the program's own process, and through a helper`,
      baselines: [direct, ...phases.map((phase) => `${direct}: ${phase}`)],
      costs: true,
      contenders: [
        contender(direct, [programs.NODE, programs.KINDLING]),
        contender(helped, user.command([programs.NODE, user.seen(programs.KINDLING)])),
      ],
      targets: ['', ...phases.map((phase) => `: ${phase}`)].map((row) => ({
        of: 'rate',
        row: `${helped}${row}`,
        base: `${direct}${row}`,
        must: 'at least',
        limit: 0.85,
      })),
      notes: ['The helper is started by sudo without a password, for a user without rights.'],
      prepare: () => drive.scrub(signal),
      check: () => drive.mustHold(image, signal),
    }
  } finally {
    await user.dispose()
    await drive.dispose()
  }
}

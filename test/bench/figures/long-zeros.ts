import { privateDirectories } from '../../support/programs/private-directories.ts'
import { run } from '../../support/drives/devices.ts'
import { makeBenchDrive } from '../bench-drive.ts'
import { describeImage, measureOwnImage, type BenchImage } from '../bench-image.ts'
import type { Contender } from '../comparison.ts'
import type { Figure } from '../figure.ts'
import { findMissing, programs } from '../programs.ts'
import { readDurations } from '../read-receipt.ts'

/** Size of the padded image, as a multiple of the image's. */
const factor = 4
/** Factor that the padding may cost, apart from the read-back. */
const limit = 1.25
const [plain, padded] = ['as it is', 'padded']
const readBack = (name: string) => `${name}: read-back`

/** The proved write of an image that is padded with zeros, to a drive full of zeros. */
export const longZeros: Figure = async function* ({ images, directory, signal }) {
  const image = await images[0]!()
  const path = directory.file('padded.raw.xz')
  const zeros = `head -c ${(factor - 1) * image.rawSize} /dev/zero | xz -9 -T2 --block-size=192MiB`
  await run('bash', '-c', `set -o pipefail; cp '${image.path}' '${path}' && ${zeros} >>'${path}'`)
  const long = await measureOwnImage(path, signal)
  const drive = await makeBenchDrive(long.rawSize)
  const contender = (name: string, written: BenchImage): Contender => ({
    name,
    missing: findMissing(programs.KINDLING),
    command: '"$NODE" "$KINDLING" write --image-file "$IMAGE" --sha256 "$SHA256" --drive "$DRIVE" --yes --json',
    env: {
      ...programs,
      ...privateDirectories(directory.path),
      IMAGE: written.path,
      SHA256: written.sha256,
      DRIVE: drive.device,
    },
    phases: readDurations,
    rows: ['', 'read-back'],
  })
  const bound = `${limit} times what the plain one takes, and the read-back`
  try {
    yield {
      title: `Zeros behind ${describeImage(image)}, up to ${factor} times its size: the proved write to a drive full of zeros`,
      baselines: [plain],
      costs: true,
      contenders: [contender(plain, image), contender(padded, long)],
      bounds(time) {
        const [whole, known, added] = [time(plain), time(readBack(plain)), time(readBack(padded))]
        if (whole === null || known === null || added === null) return []
        return [{ name: bound, time: limit * (whole - known) + added }]
      },
      targets: [{ of: 'time', row: padded, base: bound, must: 'at most', limit: 1 }],
      notes: ['A fresh stick has to be read whole, because its zeros are not written.'],
      prepare: () => drive.clear(signal),
      check: ({ name }) => drive.mustHold(name === plain ? image : long, signal),
    }
  } finally {
    await drive.dispose()
  }
}

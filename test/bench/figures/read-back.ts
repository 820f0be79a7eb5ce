import { privateDirectories } from '../../support/programs/private-directories.ts'
import { makeBenchDrive, type BenchDrive } from '../bench-drive.ts'
import { describeImage, type BenchImage } from '../bench-image.ts'
import type { Comparison, Contender } from '../comparison.ts'
import type { Figure } from '../figure.ts'
import { serveImage, type ImageServer } from '../image-server.ts'
import { findMissing, programs } from '../programs.ts'
import { readDurations } from '../read-receipt.ts'

const phase = 'read-back'
const verifying = 'kindling verify'
const writing = 'kindling write'
const peer = 'dd | openssl'

/** Reading the drive and computing its SHA-256, without the steps before and after. */
export const readBack: Figure = async function* ({ images, directory, signal }) {
  const image = await images[0]!()
  const drive = await makeBenchDrive(image.rawSize)
  try {
    const server = await serveImage(image)
    try {
      // False after a failed write: the next contender needs a new image on the drive.
      let holdsImage = false
      yield {
        ...compare(image, drive, server, directory.path),
        async prepare({ name }) {
          if (name === writing) await drive.scrub(signal)
          else if (!holdsImage) await drive.fill(image, signal)
          holdsImage = name !== writing
        },
        async check({ name }) {
          if (name === writing) await drive.mustHold(image, signal)
          holdsImage = true
        },
      }
    } finally {
      await server.dispose()
    }
  } finally {
    await drive.dispose()
  }
}

function compare(image: BenchImage, { device }: BenchDrive, server: ImageServer, home: string): Comparison {
  const env = {
    ...programs,
    ...privateDirectories(home),
    IMAGE: image.path,
    SHA256: image.sha256,
    RAW_SHA256: image.rawSha256,
    SIZE: String(image.rawSize),
    DRIVE: device,
    STREAMS: server.streamBaseUrl,
  }
  const kindling = (name: string, command: string): Contender => ({
    name,
    missing: findMissing(programs.KINDLING),
    command,
    env,
    bytes: image.rawSize,
    rows: [phase],
    phases: readDurations,
  })
  return {
    title: `Reading back ${describeImage(image)}: Kindling's read-back phase, by its receipt, against the whole of dd | openssl`,
    baselines: [peer],
    costs: false,
    contenders: [
      kindling(
        verifying,
        '"$NODE" "$KINDLING" verify --stream-base-url "$STREAMS" --architecture x86_64 --drive "$DRIVE" --json',
      ),
      kindling(
        writing,
        '"$NODE" "$KINDLING" write --image-file "$IMAGE" --sha256 "$SHA256" --drive "$DRIVE" --yes --json',
      ),
      {
        name: peer,
        missing: findMissing('dd', 'openssl'),
        command:
          '[[ $(dd if="$DRIVE" iflag=direct,count_bytes bs=4M count="$SIZE" status=none | openssl dgst -sha256) == *"$RAW_SHA256" ]]',
        env,
        bytes: image.rawSize,
      },
    ],
    targets: [verifying, writing].map((name) => ({
      of: 'rate',
      row: `${name}: ${phase}`,
      base: peer,
      must: 'at least',
      limit: 0.9,
    })),
    notes: [`${verifying} compares with the hash in a stream's metadata, so that nothing but the drive is read.`],
  }
}

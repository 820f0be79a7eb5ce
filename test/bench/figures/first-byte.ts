import { privateDirectories } from '../../support/programs/private-directories.ts'
import { makeBenchDrive } from '../bench-drive.ts'
import { describeImage } from '../bench-image.ts'
import type { Contender } from '../comparison.ts'
import type { Figure } from '../figure.ts'
import { findMissing, programs } from '../programs.ts'

/**
 * Number of 512-byte sectors that Kindling zeroes before it writes: the first and the last MiB of
 * the drive.
 */
const clearing = 2 * 2048
const peer = 'xz -T0 | dd'
const image = 'first byte of the image'

/** Time from the start of the command to its first write. */
export const firstByte: Figure = async function* ({ images, directory, signal }) {
  const chosen = await images[0]!()
  const drive = await makeBenchDrive(chosen.rawSize)
  const env = {
    ...programs,
    ...privateDirectories(directory.path),
    IMAGE: chosen.path,
    SHA256: chosen.sha256,
    DRIVE: drive.device,
  }
  const contender = (name: string, missing: string | null, cleared: number, command: string): Contender => ({
    name,
    missing,
    command: `"$NODE" "$FIRST_WRITE" "$DRIVE" ${cleared} '${command}'`,
    env,
    rows: ['first write', image],
    phases: (stdout) => JSON.parse(stdout) as Record<string, number>,
    moments: true,
  })
  try {
    yield {
      title: `From the command to the first byte written, of ${describeImage(chosen)}`,
      baselines: [`${peer}: first write`],
      costs: false,
      contenders: [
        contender(
          'kindling',
          findMissing(programs.KINDLING),
          clearing,
          '"$NODE" "$KINDLING" write --image-file "$IMAGE" --sha256 "$SHA256" --drive "$DRIVE" --yes --json',
        ),
        contender(
          peer,
          findMissing('xz', 'dd'),
          0,
          'xz -T0 -dc "$IMAGE" | dd of="$DRIVE" bs=1M iflag=fullblock oflag=direct status=none',
        ),
      ],
      targets: [],
      notes: [
        "By the drive's own count of sectors written, looked at every millisecond; then the command is ended.",
        "kindling's first write clears the drive's ends, after it proved the whole file; the image's first byte comes after.",
      ],
      prepare: () => drive.scrub(signal),
    }
  } finally {
    await drive.dispose()
  }
}

import { mkdir, rm } from 'node:fs/promises'
import { privateDirectories } from '../../support/private-directories.ts'
import { describeImage, type BenchImage } from '../bench-image.ts'
import { whole, type Comparison, type Contender } from '../comparison.ts'
import type { Figure } from '../figure.ts'
import { serveImage, type ImageServer } from '../image-server.ts'
import { findMissing, programs } from '../programs.ts'
import { readDurations } from '../read-receipt.ts'

const checking = 'curl | openssl'
const storing = 'curl | tee | openssl, sync'

/** Fetching an image from loopback and proving it. */
export const download: Figure = async function* ({ images, directory }) {
  const image = await images.at(-1)!()
  const server = await serveImage(image)
  const home = directory.file('download-home')
  const into = directory.file('downloads')
  try {
    yield {
      ...compare(image, server, home, into),
      async prepare() {
        // Nobody finds a file, and Kindling nothing in its cache.
        for (const each of [home, into]) await rm(each, { recursive: true, force: true })
        await mkdir(into)
      },
    }
  } finally {
    await server.dispose()
  }
}

function compare(image: BenchImage, server: ImageServer, home: string, into: string): Comparison {
  const env = {
    ...programs,
    URL: server.imageUrl,
    SHA256: image.sha256,
    INTO: into,
    KEYRING: server.keyring ?? '',
  }
  const curl = (name: string, command: string): Contender => ({
    name,
    missing: findMissing('curl', 'openssl', 'tee', 'sync'),
    command,
    env,
    bytes: image.size,
  })
  const proof = server.keyring === null ? '' : '--keyring "$KEYRING"'
  return {
    title: `Downloading and checking ${describeImage(image)} over loopback`,
    baselines: [checking, storing],
    costs: true,
    contenders: [
      {
        name: 'kindling',
        missing: findMissing(programs.KINDLING),
        command: `"$NODE" "$KINDLING" download --image-url "$URL" --sha256 "$SHA256" ${proof} --directory "$INTO" --json`,
        env: { ...env, ...privateDirectories(home) },
        bytes: image.size,
        phases: readDurations,
        rows: [whole, 'download'],
      },
      curl(checking, '[[ $(curl -s "$URL" | openssl dgst -sha256) == *"$SHA256" ]]'),
      curl(
        storing,
        '[[ $(curl -s "$URL" | tee "$INTO/image" | openssl dgst -sha256) == *"$SHA256" ]] && sync "$INTO/image"',
      ),
      curl('curl alone', 'curl -s "$URL" >/dev/null'),
    ],
    targets: [{ of: 'rate', row: 'kindling: download', base: checking, must: 'at least', limit: 0.9 }],
    notes: [
      `kindling checks the sha256 ${server.keyring === null ? '' : 'and the signature '}and stores and flushes the file; its download phase goes from the request to the proofs.`,
      'curl alone shows what the server can give.',
      ...(server.keyring === null ? ['Without a signature: gpg is missing.'] : []),
    ],
  }
}

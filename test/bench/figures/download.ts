import { mkdir, rm } from 'node:fs/promises'
import { privateDirectories } from '../../support/programs/private-directories.ts'
import { whole, type Comparison, type Contender } from '../comparison.ts'
import { LeftOut, type Figure } from '../figure.ts'
import { serveImage, type ImageServer } from '../image-server.ts'
import { findMissing, programs } from '../programs.ts'
import { makeRandomFile, type RandomFile } from '../random-file.ts'
import { readDurations } from '../read-receipt.ts'
import { mib } from '../../support/files/mib.ts'

const checking = 'curl | openssl'
const storing = 'curl | tee | openssl, sync'

/**
 * Size of the file in MiB. A compressed Fedora CoreOS for metal has about 700 MiB, its ISO 900.
 * With a small file, the start-up time would dominate; it has its own figure.
 */
const fileSize = 1024

/** Downloading a file from loopback and verifying it. */
export const download: Figure = async function* ({ directory, signal }) {
  if (findMissing('openssl') !== null) throw new LeftOut('openssl is missing')
  const file = await makeRandomFile(directory.file('published'), fileSize * mib, signal)
  const server = await serveImage({ ...file, rawSha256: file.sha256 })
  const home = directory.file('download-home')
  const into = directory.file('downloads')
  try {
    yield {
      ...compare(file, server, home, into),
      async prepare() {
        // No program may find an existing file, and Kindling's cache must be empty.
        for (const each of [home, into]) await rm(each, { recursive: true, force: true })
        await mkdir(into)
      },
    }
  } finally {
    await server.dispose()
    await rm(file.path)
  }
}

function compare(file: RandomFile, server: ImageServer, home: string, into: string): Comparison {
  const env = {
    ...programs,
    URL: server.imageUrl,
    SHA256: file.sha256,
    INTO: into,
    KEYRING: server.keyring ?? '',
  }
  const curl = (name: string, command: string): Contender => ({
    name,
    missing: findMissing('curl', 'openssl', 'tee', 'sync'),
    command,
    env,
    bytes: file.size,
  })
  const proof = server.keyring === null ? '' : '--keyring "$KEYRING"'
  return {
    title: `Downloading and checking a file of ${fileSize} MiB over loopback`,
    baselines: [checking, storing],
    costs: true,
    contenders: [
      {
        name: 'kindling',
        missing: findMissing(programs.KINDLING),
        command: `"$NODE" "$KINDLING" download --image-url "$URL" --sha256 "$SHA256" ${proof} --directory "$INTO" --json`,
        env: { ...env, ...privateDirectories(home) },
        bytes: file.size,
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
      'The target is against curl | openssl, which stores nothing; curl | tee | openssl, sync stores and flushes, too.',
      'curl alone shows what the server can give.',
      ...(server.keyring === null ? ['Without a signature: gpg is missing.'] : []),
    ],
  }
}

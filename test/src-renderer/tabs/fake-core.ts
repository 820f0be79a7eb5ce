import type { Artifact, Catalog } from '../../../src-shared/artifact.ts'
import type { SourcePreview, Surroundings } from '../../../src-shared/api.ts'
import type { JobEvent, WriteSpec } from '../../../src-shared/job.ts'
import type { Receipt } from '../../../src-shared/receipt.ts'
import type { Bridge } from '../../../src-shared/window-api.ts'
import { AppState } from '../../../src-renderer/tabs/app-state.svelte.ts'

export const artifact = (platform: string, format: string, name = 'disk', architecture = 'x86_64'): Artifact => ({
  ...{ stream: 'stable', architecture, platform, release: '44.1', format, name },
  ...{ location: `https://x/${platform}.${format}`, signature: null, sha256: 'ab', uncompressedSha256: 'cd' },
})

const artifacts = [
  artifact('metal', 'raw.xz'),
  artifact('metal', '4k.raw.xz'),
  artifact('metal', 'iso'),
  artifact('metal', 'pxe', 'kernel'),
  artifact('metal', 'pxe', 'initramfs'),
  artifact('metal', 'pxe', 'rootfs'),
  artifact('qemu', 'qcow2.xz'),
  artifact('qemu', 'qcow2.xz', 'disk', 'aarch64'),
]

export const catalog: Catalog = {
  ...{ stream: 'stable', baseUrl: 'https://x/', lastModified: null, artifacts, images: [] },
  ...{ isPublic: true, seenAt: 0, ageSeconds: 0, offline: null, stated: null, doubts: [] },
}

const preview: SourcePreview = {
  ...{ name: 'x.raw.xz', release: '44', size: 600e6, imageSize: 2.7e9, cached: false, recognized: true, doubts: [] },
  bootPlace: { kind: 'metal' },
  ...{ origin: 'signature', signer: 'Fedora 44', refusal: null },
}

const surroundings: Surroundings = {
  ...{ version: '1', architecture: 'x86_64', streams: ['stable'], streamBaseUrl: null, keyring: null },
}

/**
 * Makes an app with a fake core. Jobs are numbered in order, and only the test publishes their
 * events.
 */
export async function makeDesk() {
  const calls: { name: string; args: Record<string, unknown> }[] = []
  let jobs = 0
  const answers: Record<string, (args: { spec: WriteSpec }) => unknown> = {
    catalog: () => catalog,
    preview: () => preview,
    start: () => ({ id: `job ${++jobs}` }),
    startWrites: ({ spec }) => ({ ids: spec.drives.map(() => `job ${++jobs}`) }),
    cancel: () => null,
  }
  const call = (async (name: string, args: Record<string, unknown>) => {
    calls.push({ name, args })
    return { ok: true, value: answers[name]!(args as { spec: WriteSpec }) }
  }) as unknown as Bridge['call']
  const app = new AppState(call)
  app.surroundings = surroundings
  await app.write.image.catalog.read()
  for (const { preview, image } of [app.write, app.verify]) preview.look(image.source)
  await settle()
  return {
    app,
    calls,
    tell: (id: string, event: JobEvent) => app.hear({ news: 'job', id, event }),
  }
}

/** Waits until pending answers have arrived. */
export const settle = () => new Promise((resolve) => setTimeout(resolve))

export const failed = (code = 'drive-gone'): JobEvent =>
  ({ event: 'failed', code, title: 'Gone', advice: '', driveState: 'unknown', details: {} }) as JobEvent
export const done = (job: 'write' | 'verify' | 'download' = 'write'): JobEvent => ({
  event: 'done',
  receipt: { job, warnings: [] } as unknown as Receipt,
})

/**
 * Returns a small stream metadata document in the published shape. It has several architectures,
 * formats with one and with three files, and cloud images.
 */
export const syntheticStream = () => ({
  stream: 'stable',
  metadata: { 'last-modified': '2026-07-21T14:07:12Z', generator: 'fedora-coreos-stream-generator v0.2.19' },
  architectures: {
    x86_64: {
      artifacts: {
        aws: platform({ 'vmdk.xz': { disk: compressed('aws.x86_64.vmdk.xz') } }),
        metal: platform({
          '4k.raw.xz': { disk: compressed('metal4k.x86_64.raw.xz') },
          iso: { disk: plain('live-iso.x86_64.iso') },
          pxe: {
            kernel: plain('live-kernel.x86_64'),
            initramfs: plain('live-initramfs.x86_64.img'),
            rootfs: plain('live-rootfs.x86_64.img'),
          },
          'raw.xz': { disk: compressed('metal.x86_64.raw.xz') },
        }),
      },
      images: {
        aws: { regions: { 'eu-west-1': { release: '44.20260707.3.1', image: 'ami-0af87d15e2e9295cd' } } },
        gcp: { project: 'fedora-coreos-cloud', family: 'fedora-coreos-stable', name: 'fedora-coreos-44' },
      },
    },
    ppc64le: {
      artifacts: { metal: platform({ 'raw.xz': { disk: compressed('metal.ppc64le.raw.xz') } }) },
      images: {},
    },
  },
})

/** Number of artifacts in the stream. */
export const syntheticCount = 8

const platform = <T>(formats: T) => ({ release: '44.20260707.3.1', formats })

const plain = (name: string) => ({
  location: `https://example.org/fedora-coreos-44.20260707.3.1-${name}`,
  signature: `https://example.org/fedora-coreos-44.20260707.3.1-${name}.sig`,
  sha256: '0123456789abcdef'.repeat(4),
})

const compressed = (name: string) => ({ ...plain(name), 'uncompressed-sha256': 'fedcba9876543210'.repeat(4) })

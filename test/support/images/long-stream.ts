/** Platforms as Fedora names them, and the formats that this test stream gives each of them. */
const platforms =
  'aliyun applehv aws azure azurestack digitalocean exoscale gcp hyperv ibmcloud kubevirt nutanix openstack oraclecloud powervs proxmoxve qemu virtualbox vmware vultr'
const formats = ['raw.xz', 'raw.gz', 'qcow2.xz', 'vhd.xz', 'vmdk', 'ova', 'tar.gz', 'zip', 'vdi.xz', 'img.zst']

/**
 * Returns metadata of a stream with more artifacts than Fedora publishes: for one architecture, 2
 * of bare metal and 200 others. The files do not exist.
 */
export function longStream(architecture: string): object {
  const release = '44.20260707.3.1'
  const file = (platform: string, format: string) => {
    const location = `https://mirror.invalid/fedora-coreos-${release}-${platform}.${architecture}.${format}`
    return { disk: { location, signature: `${location}.sig`, sha256: '0123456789abcdef'.repeat(4) } }
  }
  const artifacts = (platform: string, formats: string[]) => ({
    release,
    formats: Object.fromEntries(formats.map((format) => [format, file(platform, format)])),
  })
  return {
    stream: 'stable',
    metadata: { 'last-modified': '2026-07-21T14:07:12Z' },
    architectures: {
      [architecture]: {
        artifacts: {
          metal: artifacts('metal', ['raw.xz', 'iso']),
          ...Object.fromEntries(platforms.split(' ').map((platform) => [platform, artifacts(platform, formats)])),
        },
      },
    },
  }
}

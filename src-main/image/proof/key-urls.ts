/**
 * Returns the URLs that may publish a Fedora key, the likelier one first. Fedora's own file has the
 * keys of supported releases.
 */
export const keyUrls = (release: number): string[] => [
  'https://fedoraproject.org/fedora.gpg',
  `https://raw.githubusercontent.com/rpm-software-management/distribution-gpg-keys/main/keys/fedora/RPM-GPG-KEY-fedora-${release}-primary`,
]

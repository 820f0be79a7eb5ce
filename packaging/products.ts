/** A product that is packaged as a deb, an rpm and a tar.gz. */
export interface Product {
  name: 'kindling' | 'kindling-cli'
  /** The product that has the same command, and cannot be installed beside it. */
  other: 'kindling' | 'kindling-cli'
  /** Path of the product's own folder in a deb or rpm. */
  folder: string
  description: string[]
  deb: { depends: string[]; recommends: string[] }
  rpm: { requires: string[] }
  /** Comment of Debian's copyright file: places of the licences of other works. */
  licences: string[]
}

/** The window and the command line, in Electron. */
export const windowProduct: Product = {
  name: 'kindling',
  other: 'kindling-cli',
  folder: '/opt/Kindling',
  description: [
    'Downloads an image, checks that Fedora signed it, writes it to a USB stick or',
    'disk, reads the drive back, and only then makes it bootable. A window and a',
    'command line.',
  ],
  deb: {
    // Libraries that Chromium loads and that the other dependencies do not pull in. The `t64` names
    // are those of Debian 13 and Ubuntu 24.04.
    depends: [
      'libc6 (>= 2.28)',
      'libgtk-3-0t64 | libgtk-3-0',
      'libnss3',
      'libasound2t64 | libasound2',
      'libgbm1',
      'libdrm2',
      'libatspi2.0-0t64 | libatspi2.0-0',
      'libcups2t64 | libcups2',
      'libxkbcommon0',
      'libxcomposite1',
      'libxdamage1',
      'libxrandr2',
    ],
    // polkit is not needed where sudo is installed. parted re-reads partition tables; udisks powers
    // off USB sticks.
    recommends: ['pkexec | policykit-1 | sudo', 'parted', 'udisks2'],
  },
  rpm: {
    // Libraries are given by their names because Fedora and openSUSE use different package names.
    requires: [
      'libgtk-3.so.0()(64bit)',
      'libnss3.so()(64bit)',
      'libasound.so.2()(64bit)',
      'libgbm.so.1()(64bit)',
      'libdrm.so.2()(64bit)',
      'libatspi.so.0()(64bit)',
      'libcups.so.2()(64bit)',
      'util-linux',
    ],
  },
  licences: [
    'Of Electron and Chromium: /opt/Kindling/LICENSE.electron.txt and LICENSES.chromium.html.',
    'Of the packages in the program: /opt/Kindling/LICENSES.packages.txt.',
  ],
}

/**
 * The command line alone, on the system's Node.
 * @param floor – the lowest version of Node, like 20.19
 */
export const cliProduct = (floor: string): Product => ({
  name: 'kindling-cli',
  other: 'kindling',
  folder: '/usr/lib/kindling-cli',
  description: [
    'Downloads an image, checks that Fedora signed it, writes it to a USB stick or',
    'disk, reads the drive back, and only then makes it bootable. The command line',
    'alone, for systems without a desktop.',
  ],
  deb: {
    depends: [`nodejs (>= ${floor})`, 'libc6 (>= 2.28)', 'libstdc++6', 'util-linux'],
    recommends: ['sudo | pkexec | policykit-1', 'parted', 'udisks2'],
  },
  rpm: { requires: [`nodejs >= ${floor}`, 'libstdc++.so.6()(64bit)', 'util-linux'] },
  licences: ['Of the packages in the program: /usr/lib/kindling-cli/LICENSES.packages.txt.'],
})

import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { addPublicAddress } from '../../hostile/public-address.ts'
import { makeLoop, makeZram, run } from '../drives/devices.ts'
import { hasCommand } from './has-command.ts'
import { grubModules, kernelFile } from '../machines/machine.ts'
import { capabilities, trialsVariable, type Capability, type Trials } from './needs.ts'
import { startChromium } from '../window/start-chromium.ts'
import { closeElectron, runElectron } from '../window/run-electron.ts'
import { makeServedDrive } from '../drives/served-drive.ts'
import { patience } from './patience.ts'
import { isSoak } from './tier.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'
import { makeThrottledDrive } from '../drives/throttled-drive.ts'
import { makeUnprivileged } from '../programs/unprivileged.ts'
import { mib } from '../files/mib.ts'

/** Uses each capability once, in the way the tests use it, and cleans up. */
const trials: Record<Capability, () => Promise<unknown>> = {
  async loop() {
    demand('losetup', 'lsblk', 'sgdisk', 'partx', 'mke2fs')
    const loop = await makeLoop({ size: 4 * mib, partitions: [{ size: mib }] })
    try {
      const handle = await open(loop.partitions[0]!, constants.O_RDWR | constants.O_EXCL)
      await handle.close()
    } finally {
      await loop.dispose()
    }
  },
  async zram() {
    const zram = await makeZram(mib)
    await zram.dispose()
  },
  async mount() {
    demand('mount', 'umount', 'unshare')
    await inDirectory(async (path) => {
      await run('unshare', '--mount', 'mount', '-t', 'tmpfs', 'none', path)
      await run('mount', '-t', 'tmpfs', 'none', path)
      await run('umount', path)
    })
  },
  vfat: () => mountNew('vfat'),
  exfat: () => mountNew('exfat'),
  async swap() {
    demand('mkswap', 'swapon', 'swapoff')
    const zram = await makeZram(mib)
    try {
      await run('mkswap', zram.device)
      await run('swapon', zram.device)
    } finally {
      await zram.dispose()
    }
  },
  async fuse() {
    demand('nbdfuse', 'fusermount3', 'losetup')
    const drive = await makeServedDrive(Buffer.alloc(mib))
    await drive.dispose()
  },
  async throttle() {
    const drive = await makeThrottledDrive(mib, { read: mib, write: mib })
    await drive.dispose()
  },
  'direct-io': () =>
    inDirectory(async (path) => {
      const handle = await open(`${path}/file`, constants.O_RDWR | constants.O_CREAT | constants.O_DIRECT)
      await handle.close()
    }),
  async 'public-address'() {
    demand('ip')
    const remove = await addPublicAddress()
    await remove()
  },
  async 'network-boot'() {
    demand('unshare', 'ip', 'dnsmasq', 'qemu-system-x86_64')
    await run('unshare', '--net', '--pid', '--fork', 'ip', 'tuntap', 'add', 'tap0', 'mode', 'tap')
    await run('qemu-system-x86_64', '-device', 'e1000,help')
  },
  async machine() {
    demand('qemu-system-x86_64', 'grub-mkimage', 'busybox', 'cpio')
    await access(kernelFile)
    await access(`${grubModules}/boot.img`)
    await run('qemu-system-x86_64', '-device', 'nvme,help')
  },
  async window() {
    if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
      throw new Error('there is no display: run ./dev test, or xvfb-run -a npx vitest run')
    await inDirectory(async (home) => {
      await mkdir(`${home}/run`, { mode: 0o700 })
      const app = await runElectron({ env: { HOME: home, XDG_CONFIG_HOME: home } })
      try {
        await app.firstWindow()
      } finally {
        await closeElectron(app)
      }
    })
  },
  async chromium() {
    if (!isSoak) throw new Error('only the soak uses it')
    demand('chromium')
    const browser = await startChromium()
    await browser.close()
  },
  async 'other-user'() {
    demand('setpriv')
    await run('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--', 'true')
  },
  async 'user-namespaces'() {
    demand('unshare')
    await run('unshare', '--user', '--map-root-user', 'true')
  },
  chroot: () => run('chroot', '/', 'true'),
  sudo: () => elevate({ sudo: 'without-password' }, ['sudo', '-n', 'true']),
  pkexec: () => elevate({ polkit: 'yes' }, ['pkexec', '/bin/true']),
}

/** Tries all capabilities that the machine may lack, in parallel. */
export async function tryCapabilities(): Promise<Trials> {
  const results = await Promise.all(capabilities.map(async (name) => [name, await reasonOf(trials[name])] as const))
  return Object.fromEntries(results) as Trials
}

/** Called by Vitest before all tests of a run. */
export async function setup(): Promise<void> {
  process.env[trialsVariable] = JSON.stringify(await tryCapabilities())
}

/** Returns null if the trial succeeds, otherwise one line with the reason. */
async function reasonOf(trial: () => Promise<unknown>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patience / 1000} s`)), patience)
  })
  try {
    await Promise.race([trial(), late])
    return null
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string | Buffer }
    return (stderr?.toString() || message).trim().split('\n').at(-1)!
  } finally {
    clearTimeout(timer)
  }
}

/**
 * @throws Error that names the first of these commands that is not installed
 */
function demand(...commands: string[]): void {
  const missing = commands.find((command) => !hasCommand(command))
  if (missing !== undefined) throw new Error(`there is no ${missing}`)
}

/** Mounts a file system that its own tool made. */
async function mountNew(fileSystem: 'vfat' | 'exfat'): Promise<void> {
  demand('losetup', 'mount', 'umount', `mkfs.${fileSystem}`)
  const loop = await makeLoop({ size: 64 * mib })
  try {
    await run(`mkfs.${fileSystem}`, loop.device)
    await inDirectory(async (path) => {
      await run('mount', '-t', fileSystem, loop.device, path)
      await run('umount', path)
    })
  } finally {
    await loop.dispose()
  }
}

async function inDirectory(act: (path: string) => Promise<unknown>): Promise<void> {
  const directory = await makeTemporaryDirectory('kindling-trial-')
  try {
    await act(directory.path)
  } finally {
    await directory.dispose()
  }
}

/** Runs a program as an unprivileged user with its own sudo or polkit rules. */
async function elevate(rules: Parameters<typeof makeUnprivileged>[0], program: string[]): Promise<void> {
  demand('sudo', 'pkexec', 'dbus-daemon', 'unshare', 'setpriv', 'openssl')
  const user = await makeUnprivileged(rules)
  try {
    const [file, ...args] = user.command(program)
    await promisify(execFile)(file!, args)
  } finally {
    await user.dispose()
  }
}

import { execFileSync } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { makeTemporaryDirectory } from '../files/temporary.ts'

/** Names of drives that are sold, as lsblk reports them. */
const models = [
  { vendor: 'SanDisk', model: 'Ultra', serial: '4C530001230415117284', tran: 'usb' },
  { vendor: 'Kingston', model: 'DataTraveler 3.0', serial: 'E0D55EA574D5F5B0A9C30B12', tran: 'usb' },
  { vendor: 'Samsung', model: 'Flash Drive FIT', serial: '0375121060001234', tran: 'usb' },
  { vendor: 'Verbatim', model: 'STORE N GO', serial: '07A80207B128BE08', tran: 'usb' },
]
const disk = { vendor: 'Seagate', model: 'Expansion Desk', serial: 'NA8TSS2', tran: 'usb' }

/**
 * Makes a folder with an lsblk that gives zram and loop drives the names of drives that are sold.
 * All else comes from the system's lsblk. A window with the folder in its PATH lists such drives.
 */
export async function nameDrives() {
  const directory = await makeTemporaryDirectory('kindling-lsblk-')
  const real = execFileSync('sh', ['-c', 'command -v lsblk'], { encoding: 'utf8' }).trim()
  const script = `#!${process.execPath}
const { execFileSync } = require('node:child_process')
const [models, disk] = ${JSON.stringify([models, disk])}
const text = execFileSync(${JSON.stringify(real)}, process.argv.slice(2), { encoding: 'utf8', maxBuffer: 2 ** 26 })
if (!text.startsWith('{')) process.stdout.write(text)
else {
  const tree = JSON.parse(text)
  tree.blockdevices
    .filter(({ name }) => /^[/]dev[/](zram|loop)/.test(name))
    .forEach((device) => {
      const number = Number(device.name.match(/[0-9]+/)[0])
      const model = Number(device.size) > 256e9 ? disk : models[(number + device.name.startsWith('/dev/loop')) % models.length]
      Object.assign(device, model, { serial: model.serial + number })
    })
  process.stdout.write(JSON.stringify(tree))
}
`
  await writeFile(directory.file('lsblk'), script)
  await chmod(directory.file('lsblk'), 0o755)
  return { ...directory, environment: { PATH: `${directory.path}:${process.env['PATH']}` } }
}

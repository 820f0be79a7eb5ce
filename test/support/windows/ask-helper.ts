import { createSystem } from '../../../src-main/drives/create-system.ts'
import { createPrivilegedOpener } from '../../../src-main/privileged/open-privileged.ts'

// Runs in Windows' Node: opens a drive through the helper, writes it, and reads it back. The helper
// is started directly, where UAC would start it: wine has no UAC.

const [, , device, entry, content] = process.argv
const drive = await createSystem([]).inspect(device!)
const open = createPrivilegedOpener({
  ways: [{ name: 'directly', command: ([file, ...args]) => [file!, ...args], next: (_, complaint) => complaint }],
  program: [process.execPath, entry!],
})
const target = await open(drive, 'write')
const bytes = Buffer.alloc(1024 * 1024, content)
await target.write(bytes, 4096)
await target.flush()
const back = Buffer.alloc(bytes.length)
await target.read(back, 4096)
await target.close()
console.log(back.equals(bytes) ? 'the same' : 'different')

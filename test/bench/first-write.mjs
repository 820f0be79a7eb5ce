import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// `node first-write.mjs DRIVE SECTORS COMMAND`: starts a line of bash and ends it after its first
// writes. Prints as JSON, in milliseconds, when the drive had completed its first write, and its
// first write after SECTORS sectors of 512 bytes (0: the same).

const [drive, sectors, command] = process.argv.slice(2)

/**
 * The seventh number of a block device's stat (Documentation/block/stat.rst): sectors of 512 bytes
 * written.
 */
const written = () =>
  Number(
    readFileSync(`/sys/block/${basename(drive)}/stat`, 'utf8')
      .trim()
      .split(/\s+/)[6],
  )

const before = written()
const startedAt = performance.now()
const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'], detached: true })
let ended = false
const end = new Promise((settle) => child.on('close', settle)).then(() => (ended = true))

/** Resolves when the drive has written more than `count` sectors. Checks every millisecond. */
async function reach(count) {
  while (written() - before <= count) {
    if (ended) throw new Error(`It ended before it wrote: ${command}`)
    await sleep(1)
  }
  return performance.now() - startedAt
}

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.kill(-child.pid, 'SIGKILL'))
try {
  const first = await reach(0)
  const past = Number(sectors) === 0 ? first : await reach(Number(sectors))
  console.log(JSON.stringify({ 'first write': first, 'first byte of the image': past }))
} finally {
  if (!ended) process.kill(-child.pid, 'SIGKILL')
  await end
}

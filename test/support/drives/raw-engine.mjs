// An engine that sends arbitrary messages, even those that the real program never sends. It starts
// helpers and exchanges raw lines with each. Its first argument is the sessions as JSON; its output
// is their results as JSON (test/support/drives/raw-engine.ts).
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

const { elevation, version, sessions } = JSON.parse(process.argv[2])
const ended = []
for (const session of sessions) ended.push(await hold(session))
process.stdout.write(JSON.stringify(ended))

async function hold({ orders = [], mode = 0o600, invitation }) {
  const place = await mkdtemp('/dev/shm/kindling-raw-')
  const path = join(place, 'invitation')
  const secret = randomBytes(32).toString('hex')
  await writeFile(path, JSON.stringify({ version, secret }))
  await chmod(path, mode)
  const bytes = await open(join(place, 'bytes'), 'wx+', 0o600)
  const replies = []
  let met = false
  const server = createServer((socket) => {
    met = true
    socket.on('error', () => {})
    void speak(socket, secret.length, orders, replies)
  })
  await new Promise((resolve) => server.listen(join(place, 'socket'), resolve))
  const child = spawn(elevation[0], [...elevation.slice(1), invitation ?? path], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const code = await new Promise((resolve) => child.once('close', resolve))
  server.close()
  const slot = Buffer.alloc(4096)
  await bytes.read(slot, 0, slot.length, 0)
  await bytes.close()
  await rm(place, { recursive: true })
  return { met, code, stderr, replies, slot: slot.toString('latin1') }
}

/**
 * Sends each order after the reply to the previous one. Resolves when all are sent or the helper is
 * gone.
 */
async function speak(socket, secretLength, orders, replies) {
  let rest = ''
  let left = secretLength
  let answered = () => {}
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.setEncoding('utf8').on('data', (text) => {
    rest += text.slice(left)
    left = Math.max(0, left - text.length)
    const lines = rest.split('\n')
    rest = lines.pop()
    for (const line of lines) {
      replies.push(JSON.parse(line))
      answered()
    }
  })
  for (const [id, order] of orders.entries()) {
    const reply = new Promise((resolve) => (answered = resolve))
    socket.write(`${JSON.stringify({ ...order, id })}\n`)
    await Promise.race([reply, closed])
  }
  socket.end()
}

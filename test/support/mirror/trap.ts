import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Trap {
  /** Port on 127.0.0.1, the same for TCP and UDP. */
  port: number
  /**
   * Returns the visits since the last call: `TCP GET / HTTP/1.1` or `UDP`. It waits only for
   * packets that are already on loopback, which keeps their order.
   */
  takeVisits(): Promise<string[]>
  close(): Promise<void>
}

const control = 'a visit of the test itself'

/** Listens on a port of loopback, records all visits, and never answers. */
export async function setTrap(): Promise<Trap> {
  const visits: string[] = []
  const sockets = new Set<Socket>()
  let wake = () => {}
  const note = (kind: string, text: string) => {
    visits.push(`${kind} ${text.split('\r\n')[0]!.replaceAll(/[^ -~]+/g, '·')}`)
    wake()
  }
  const tcp = createServer((socket) => {
    sockets.add(socket)
    let known = false
    // No visit is answered. A connection counts as a visit even if it sends nothing.
    const tell = (text: string) => {
      if (!known) note('TCP', text)
      known = true
      socket.destroy()
    }
    socket.on('data', (bytes) => tell(bytes.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => tell('without a word'))
  })
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const { port } = tcp.address() as AddressInfo
  const udp = createSocket('udp4', (bytes) => note('UDP', bytes.toString('latin1')))
  udp.bind(port, '127.0.0.1')
  await once(udp, 'listening')

  return {
    port,
    async takeVisits() {
      // Loopback keeps the order: once the test's own visits have arrived, all earlier ones have,
      // too.
      const asked = connect(port, '127.0.0.1').on('error', () => {})
      asked.write(control)
      const sender = createSocket('udp4')
      sender.send(control, port, '127.0.0.1')
      const isControl = (visit: string) => visit.endsWith(control)
      while (visits.filter(isControl).length < 2) await new Promise<void>((resolve) => (wake = resolve))
      sender.close()
      return visits.splice(0).filter((visit) => !isControl(visit))
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      tcp.close()
      udp.close()
      await Promise.all([once(tcp, 'close'), once(udp, 'close')])
    },
  }
}

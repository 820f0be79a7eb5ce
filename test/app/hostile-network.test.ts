import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lacking } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'
import { setTrap, type Trap } from '../support/mirror/trap.ts'
import { escapes } from './hostile/escapes.ts'

const missing = lacking('window')

// The content security policy blocks most of it. The other defences are tested separately, on a
// page without the policy.
describe.skipIf(missing).each([
  { named: 'a hostile page', lawless: false },
  { named: 'a hostile page without its content security policy', lawless: true },
])(`$named does not reach the network${missing ? ` (skipped: ${missing})` : ''}`, ({ lawless }) => {
  let trap: Trap
  let window: OpenWindow
  beforeAll(async () => {
    trap = await setTrap()
    window = await openWindow({ env: { KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:1/' } })
    if (lawless) {
      const devtools = await window.page.context().newCDPSession(window.page)
      await devtools.send('Page.setBypassCSP', { enabled: true })
      // The bypass takes effect with the next page load.
      await window.page.reload()
      await window.page.getByRole('tab', { name: 'Write' }).waitFor()
    }
  })
  afterAll(async () => {
    await window?.close()
    await trap?.close()
  })

  test('the trap hears who comes, and the page has the policy or not', async () => {
    await fetch(`http://127.0.0.1:${trap.port}/here`).catch(() => {})
    expect(await trap.takeVisits()).toEqual(['TCP GET /here HTTP/1.1'])
    const inline = await window.page.evaluate(() => {
      const script = document.createElement('script')
      try {
        script.textContent = 'globalThis.ran = true'
      } catch {
        return false
      }
      document.head.append(script)
      return 'ran' in globalThis
    })
    expect(inline).toBe(lawless)
  })

  // All in one page, in sequence. Ways that would navigate away come last.
  test.each(Object.keys(escapes))('%s', async (name) => {
    const host = `127.0.0.1:${trap.port}`
    await window.page.evaluate(escapes[name]!, { host }).catch(() => {})
    // A round trip to the page and to the program ensures that earlier requests have been handled.
    await window.page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    await window.app.evaluate(() => new Promise((resolve) => setImmediate(resolve)))
    expect(await trap.takeVisits()).toEqual([])
    expect(window.page.url()).toBe('app://kindling/index.html')
    expect(window.app.windows()).toHaveLength(1)
  })

  test('WebRTC finds no address of this machine', async () => {
    const candidates = await window.page.evaluate(async () => {
      const peer = new RTCPeerConnection()
      const found: string[] = []
      const gathered = new Promise((resolve) => {
        peer.onicecandidate = ({ candidate }) => (candidate ? found.push(candidate.candidate) : resolve(null))
      })
      peer.createDataChannel('x')
      await peer.setLocalDescription(await peer.createOffer())
      await gathered
      peer.close()
      return found.filter((candidate) => candidate !== '')
    })
    expect(candidates).toEqual([])
  })

  test('no name is looked up', async () => {
    const looked = await window.app.evaluate(({ session }) =>
      session
        .fromPartition('window')
        .resolveHost('localhost')
        .then(
          () => 'found',
          (error: Error) => error.message,
        ),
    )
    expect(looked).toContain('ERR_NAME_NOT_RESOLVED')
  })

  test('nothing that was attempted comes later', async () => {
    await window.page.reload()
    await window.page.getByRole('tab', { name: 'Write' }).waitFor()
    expect(await trap.takeVisits()).toEqual([])
  })
})

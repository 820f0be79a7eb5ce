import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeWith } from '../support/run/needs.ts'
import { openWindow, type OpenWindow } from '../support/window/open-window.ts'

/** Set by the hostile code if it runs. */
declare global {
  var ran: boolean | undefined
}

/**
 * Runs code in the page and returns the violations or errors that stopped it. It runs in a separate
 * task, because the policy does not apply to code evaluated by a debugger.
 */
function attempt(way: () => unknown): Promise<string[]> {
  const told: string[] = []
  addEventListener('securitypolicyviolation', ({ effectiveDirective }) => told.push(effectiveDirective))
  return new Promise((resolve) => {
    const look = () => (told.length > 0 ? resolve(told) : setTimeout(look))
    setTimeout(() => {
      try {
        way()
      } catch (error) {
        told.push((error as Error).name)
      }
      look()
    })
  })
}

/** Attempts to run code that is not in the package, or to send data. */
const ways: Record<string, () => unknown> = {
  'an inline script': () => {
    const script = document.createElement('script')
    script.append('globalThis.ran = true')
    document.head.append(script)
  },
  'markup with a handler': () => {
    document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="globalThis.ran = true">')
  },
  'a handler as an attribute': () => {
    const button = document.createElement('button')
    button.setAttribute('onclick', 'globalThis.ran = true')
    document.body.append(button)
    button.click()
  },
  // oxlint-disable-next-line no-eval -- the test is that eval is refused
  eval: () => (0, eval)('globalThis.ran = true'),
  'new Function': () => new Function('globalThis.ran = true')() as unknown,
  'a text for setTimeout': () => setTimeout('globalThis.ran = true'),
  'a javascript: address': () => location.assign('javascript:void(globalThis.ran = true)'),
  'a link to a javascript: address': () => {
    const link = document.createElement('a')
    link.href = 'javascript:void(globalThis.ran = true)'
    document.body.append(link)
    link.click()
  },
  'a script in a blob': () => {
    const script = document.createElement('script')
    const url = URL.createObjectURL(new Blob(['globalThis.ran = true'], { type: 'text/javascript' }))
    Object.assign(script, { src: url })
    document.head.append(script)
  },
  'a frame with a script in it': () => {
    const frame = document.createElement('iframe')
    frame.srcdoc = '<script>parent.ran = true</script>'
    document.body.append(frame)
  },
  'a frame at a data: address': () => {
    const frame = document.createElement('iframe')
    frame.src = 'data:text/html,<script>parent.postMessage("ran", "*")</script>'
    addEventListener('message', ({ data }) => data === 'ran' && (globalThis.ran = true))
    document.body.append(frame)
  },
  'a form': () => {
    const form = document.createElement('form')
    form.action = 'http://127.0.0.1:1/'
    document.body.append(form)
    form.submit()
  },
  'a worker': () => new Worker(document.querySelector('script')!.src),
  'a shared worker': () => new SharedWorker(document.querySelector('script')!.src),
  'a policy of its own for trusted types': () =>
    (
      globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }
    ).trustedTypes.createPolicy('x', {}),
  'another base for addresses': () => {
    const base = document.createElement('base')
    base.href = 'http://127.0.0.1:1/'
    document.head.append(base)
  },
  WebAssembly: () => {
    void WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => (globalThis.ran = true))
  },
}

describeWith(['window'], 'code in a hostile page', () => {
  let window: OpenWindow
  beforeAll(async () => {
    window = await openWindow({ env: { KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:1/' } })
  })
  afterAll(() => window?.close())
  beforeEach(async () => {
    await window.page.reload()
    await window.page.getByRole('tab', { name: 'Write' }).waitFor()
  })

  test.each(Object.keys(ways))('the policy refuses %s', async (name) => {
    const told = (await window.page.evaluate(`(${attempt})(${ways[name]})`)) as string[]
    expect(told).not.toEqual([])
    expect(await window.page.evaluate(() => globalThis.ran)).toBeUndefined()
  })
})

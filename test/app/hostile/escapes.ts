/* oxlint-disable unicorn/prefer-add-event-listener -- each attempt creates its own event target */
/** The server that a page tries to reach: `127.0.0.1:<port>`. */
export interface Elsewhere {
  host: string
}

/**
 * An attempt to reach the network, run in the page. It settles when it is over, with any outcome.
 */
type Escape = (elsewhere: Elsewhere) => Promise<unknown>

/**
 * Every way to the network that a page has, by name. The functions run in the page and cannot use
 * anything else of this file.
 */
export const escapes: Record<string, Escape> = {
  fetch: ({ host }) => fetch(`http://${host}/`, { mode: 'no-cors' }),
  'a fetch that outlives the page': ({ host }) => fetch(`http://${host}/`, { mode: 'no-cors', keepalive: true }),
  XMLHttpRequest: ({ host }) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest()
      request.onloadend = resolve
      request.open('POST', `http://${host}/`)
      request.send('x')
    }),
  WebSocket: ({ host }) =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://${host}/`)
      socket.onclose = socket.onerror = socket.onopen = resolve
    }),
  EventSource: ({ host }) =>
    new Promise((resolve) => {
      const source = new EventSource(`http://${host}/`)
      source.onerror = source.onopen = resolve
    }),
  WebTransport: ({ host }) => new WebTransport(`https://${host}/`).ready,
  'a beacon': async ({ host }) => navigator.sendBeacon(`http://${host}/`, 'x'),
  'WebRTC over UDP': ({ host }) =>
    new Promise((resolve) => {
      const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${host}` }] })
      peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve(peer.close())
      peer.createDataChannel('x')
      void peer.createOffer().then((offer) => peer.setLocalDescription(offer))
    }),
  'WebRTC over TCP': ({ host }) =>
    new Promise((resolve) => {
      const peer = new RTCPeerConnection({
        iceServers: [{ urls: `turn:${host}?transport=tcp`, username: 'x', credential: 'x' }],
      })
      peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve(peer.close())
      peer.createDataChannel('x')
      void peer.createOffer().then((offer) => peer.setLocalDescription(offer))
    }),
  'an image': ({ host }) =>
    new Promise((resolve) => {
      const image = new Image()
      image.onload = image.onerror = resolve
      image.src = `http://${host}/`
    }),
  'a font': ({ host }) => new FontFace('x', `url(http://${host}/)`).load(),
  'a style sheet': ({ host }) =>
    new Promise((resolve) => {
      const link = document.createElement('link')
      Object.assign(link, { rel: 'stylesheet', href: `http://${host}/`, onload: resolve, onerror: resolve })
      document.head.append(link)
    }),
  'an image that a style names': ({ host }) => {
    document.body.style.backgroundImage = `url(http://${host}/)`
    // Wait two frames, so that the style has been applied.
    return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  },
  'a script': ({ host }) =>
    new Promise((resolve) => {
      const script = document.createElement('script')
      Object.assign(script, { onload: resolve, onerror: resolve })
      script.setAttribute('src', `http://${host}/`)
      document.head.append(script)
    }),
  // Built from a string, because vitest would rewrite a literal `import`.
  'a module': ({ host }) => new Function(`return import('http://${host}/')`)() as Promise<unknown>,
  'a worker of its own making': ({ host }) =>
    new Promise((resolve) => {
      const source = `fetch('http://${host}/').finally(() => postMessage(0))`
      const worker = new Worker(URL.createObjectURL(new Blob([source])))
      worker.onerror = worker.onmessage = resolve
    }),
  'a video': ({ host }) =>
    new Promise((resolve) => {
      const video = document.createElement('video')
      video.onerror = video.onloadeddata = resolve
      video.src = `http://${host}/`
    }),
  'a preload': ({ host }) =>
    new Promise((resolve) => {
      const link = document.createElement('link')
      Object.assign(link, { rel: 'preload', as: 'fetch', href: `http://${host}/`, onload: resolve, onerror: resolve })
      document.head.append(link)
    }),
  'a prefetch': ({ host }) =>
    new Promise((resolve) => {
      const link = document.createElement('link')
      Object.assign(link, { rel: 'prefetch', href: `http://${host}/`, onload: resolve, onerror: resolve })
      document.head.append(link)
    }),
  'a link that is clicked': async ({ host }) => {
    const link = document.createElement('a')
    Object.assign(link, { href: `http://${host}/`, ping: `http://${host}/ping` })
    document.body.append(link)
    link.click()
  },
  'a link to another window': async ({ host }) => {
    const link = document.createElement('a')
    Object.assign(link, { href: `http://${host}/`, target: '_blank' })
    document.body.append(link)
    link.click()
  },
  'a window': async ({ host }) => open(`http://${host}/`),
  'another page': async ({ host }) => location.assign(`http://${host}/`),
  'another page that a header names': async ({ host }) => {
    const meta = document.createElement('meta')
    Object.assign(meta, { httpEquiv: 'refresh', content: `0;url=http://${host}/` })
    document.head.append(meta)
  },
  'a frame': ({ host }) =>
    new Promise((resolve) => {
      const frame = document.createElement('iframe')
      frame.onload = frame.onerror = resolve
      frame.src = `http://${host}/`
      document.body.append(frame)
      // A frame that is blocked keeps its empty document.
      requestAnimationFrame(() => requestAnimationFrame(resolve))
    }),
}

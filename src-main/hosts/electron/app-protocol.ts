import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

export const scheme = 'app'
export const host = 'kindling'
export const pageUrl = `${scheme}://${host}/index.html`

/**
 * Policy that allows only Kindling's own files, and no network. `style-src` does not need
 * 'unsafe-inline': Svelte and bits-ui set styles through the CSSOM, to which the policy does not
 * apply. The only trusted-types policy is Svelte's, for its templates.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'none'",
  "worker-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ')

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
}

/**
 * Serves app://kindling/ from one folder, and nothing outside it.
 * @param folder – absolute path of the renderer's build
 */
export function serveFolder(folder: string): (request: { url: string; method: string }) => Promise<Response> {
  return async ({ url, method }) => {
    const { host: asked, pathname } = new URL(url)
    const path = pathIn(folder, pathname)
    const type = path && mediaTypes[extname(path)]
    if (method !== 'GET' || asked !== host || !path || !type) return answer(403, 'text/plain', null)
    try {
      return answer(200, type, await readFile(path))
    } catch {
      return answer(404, 'text/plain', null)
    }
  }
}

function pathIn(folder: string, pathname: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (decoded.includes('\0')) return null
  const path = normalize(join(folder, decoded))
  return path.startsWith(folder + sep) ? path : null
}

const answer = (status: number, type: string, body: Buffer<ArrayBuffer> | null): Response =>
  new Response(body, {
    status,
    headers: {
      'content-type': type,
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    },
  })

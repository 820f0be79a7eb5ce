/**
 * A fault of the mirror for one path. `times` is the number of responses it affects, by default
 * all. The faults status, html and redirect replace the response, and only the first remaining one
 * of them applies. Other faults of different kinds are combined; faults of the same kind apply one
 * after another.
 */
export type Fault = { times?: number } & (
  | { kind: 'status'; status: number }
  /** A web page with status 200. */
  | { kind: 'html' }
  | { kind: 'redirect'; to: string; status?: 301 | 302 | 303 | 307 | 308 }
  /** The connection is reset after this many bytes of the body. */
  | { kind: 'drop'; afterBytes: number }
  /**
   * The connection is closed normally after this many bytes of the body, although Content-Length
   * stated more.
   */
  | { kind: 'short'; afterBytes: number }
  /** The response stalls after this many bytes of the body, until the faults are cleared. */
  | { kind: 'stall'; afterBytes: number }
  | { kind: 'slow'; bytesPerSecond: number }
  /** A chunked body without Content-Length. */
  | { kind: 'no-length' }
  /** Ignores Range: responds with 200 and the whole content. */
  | { kind: 'no-range' }
  /** A wrong header, for example `content-encoding: gzip` for a .gz file that is sent unchanged. */
  | { kind: 'header'; name: string; value: string }
  /** Omits a header, for example `etag`. */
  | { kind: 'no-header'; name: string }
  /** Replaces the content of the path once this response has begun. */
  | { kind: 'replace'; content: Uint8Array }
)

type Of<K extends Fault['kind']> = Extract<Fault, { kind: K }>
export type Replacing = Of<'status' | 'html' | 'redirect'>

const replacing = new Set<Fault['kind']>(['status', 'html', 'redirect'])
const ofBody = new Set<Fault['kind']>(['drop', 'short', 'stall', 'slow'])

/** The remaining faults of a path. */
export class FaultList {
  readonly #left: { fault: Fault; times: number }[]

  constructor(faults: Fault[]) {
    this.#left = faults.map((fault) => ({ fault, times: fault.times ?? Infinity }))
  }

  /**
   * Returns the faults of the next response, and counts them. HEAD has no body, so faults of the
   * body wait for a GET.
   */
  take(method: string): Fault[] {
    const open = this.#left.filter(({ fault, times }) => times > 0 && !(method === 'HEAD' && ofBody.has(fault.kind)))
    const first = open.find(({ fault }) => replacing.has(fault.kind))
    const eachKindOnce = open.filter((entry) => open.find(({ fault }) => fault.kind === entry.fault.kind) === entry)
    const taken = first ? [first] : eachKindOnce
    for (const entry of taken) entry.times--
    return taken.map(({ fault }) => fault)
  }
}

export function findFault<K extends Fault['kind']>(faults: Fault[], kind: K): Of<K> | undefined {
  return faults.find((fault): fault is Of<K> & { times?: number } => fault.kind === kind)
}

export function findReplacing(faults: Fault[]): Replacing | undefined {
  return faults.find((fault): fault is Replacing & { times?: number } => replacing.has(fault.kind))
}

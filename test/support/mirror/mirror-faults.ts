/**
 * What a mirror does wrong for one path. `times`: how many answers it spoils; all, unless told otherwise.
 * Of the faults that replace the answer (status, html, redirect) the first that is left counts alone; of the others those of
 * different kinds add up, and those of the same kind come one after another.
 */
export type Fault = { times?: number } & (
  | { kind: 'status'; status: number }
  /** A web page with status 200. */
  | { kind: 'html' }
  | { kind: 'redirect'; to: string; status?: 301 | 302 | 303 | 307 | 308 }
  /** The connection breaks (a reset) after so many bytes of the body. */
  | { kind: 'drop'; afterBytes: number }
  /** The connection is closed politely after so many bytes of the body, though Content-Length promised more. */
  | { kind: 'short'; afterBytes: number }
  /** Nothing more comes after so many bytes of the body, until the faults are cleared. */
  | { kind: 'stall'; afterBytes: number }
  | { kind: 'slow'; bytesPerSecond: number }
  /** No Content-Length: a chunked body. */
  | { kind: 'no-length' }
  /** A Range is answered with 200 and everything. */
  | { kind: 'no-range' }
  /** A header that is not so, for example `content-encoding: gzip` for a .gz file that is sent as it is. */
  | { kind: 'header'; name: string; value: string }
  /** A header that does not come, for example `etag`. */
  | { kind: 'no-header'; name: string }
  /** The path holds this as soon as this answer began. */
  | { kind: 'replace'; content: Uint8Array }
)

type Of<K extends Fault['kind']> = Extract<Fault, { kind: K }>
export type Replacing = Of<'status' | 'html' | 'redirect'>

const replacing = new Set<Fault['kind']>(['status', 'html', 'redirect'])
const ofBody = new Set<Fault['kind']>(['drop', 'short', 'stall', 'slow'])

/** The faults that a path still has. */
export class FaultList {
  readonly #left: { fault: Fault; times: number }[]

  constructor(faults: Fault[]) {
    this.#left = faults.map((fault) => ({ fault, times: fault.times ?? Infinity }))
  }

  /** The faults of the next answer, counted. HEAD has no body, so faults of the body wait for a GET. */
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

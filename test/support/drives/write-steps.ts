import type { NbdRequest } from './nbd-server.ts'

/** The steps of a write, each of which ends with a flush: what a drive can know of them. The head is written behind the read-back. */
const steps = ['clear', 'probe', 'put back', 'write', 'read back', 'write first sector', 'done'] as const
export type Step = 'before' | (typeof steps)[number]

/** A drive at the moment of a request. */
export interface Moment extends NbdRequest {
  step: Step
  /** Bytes that the step has read or written before. */
  bytes: number
}

/** Follows a write job by what it asks of the drive. */
export function followSteps(): (request: NbdRequest) => Moment {
  let [index, begun, bytes] = [0, false, 0]
  return (request) => {
    // Before the first write others look at the drive, and flush it.
    if (!begun && request.kind === 'write') [begun, bytes] = [true, 0]
    const moment: Moment = { ...request, step: begun ? steps[index]! : 'before', bytes }
    bytes += request.length
    if (request.kind === 'flush' && begun) [index, bytes] = [Math.min(index + 1, steps.length - 1), 0]
    return moment
  }
}

export const touches = ({ offset, length }: NbdRequest, place: number): boolean =>
  offset <= place && place < offset + length

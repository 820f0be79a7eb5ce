import type { NbdRequest } from './nbd-server.ts'

/**
 * Steps of a write as the drive can see them: each ends with a flush. The head is written after the
 * read-back.
 */
const steps = ['clear', 'probe', 'put back', 'write', 'read back', 'write first sector', 'done'] as const
export type Step = 'before' | (typeof steps)[number]

/** State of a drive at the moment of a request. */
export interface Moment extends NbdRequest {
  step: Step
  /** Number of bytes that the step has read or written so far. */
  bytes: number
}

/** Follows a write job by the requests to its drive. */
export function followSteps(): (request: NbdRequest) => Moment {
  let [index, begun, bytes] = [0, false, 0]
  return (request) => {
    // Other programs inspect and flush the drive before the first write.
    if (!begun && request.kind === 'write') [begun, bytes] = [true, 0]
    const moment: Moment = { ...request, step: begun ? steps[index]! : 'before', bytes }
    bytes += request.length
    if (request.kind === 'flush' && begun) [index, bytes] = [Math.min(index + 1, steps.length - 1), 0]
    return moment
  }
}

export const touches = ({ offset, length }: NbdRequest, place: number): boolean =>
  offset <= place && place < offset + length

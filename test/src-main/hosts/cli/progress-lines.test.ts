import { afterEach, expect, test, vi } from 'vitest'
import { createProgressLines } from '../../../../src-main/hosts/cli/progress-lines.ts'

afterEach(() => vi.unstubAllEnvs())

/**
 * Returns the output on a terminal during a job.
 * @param kind – value of TERM
 */
function draw(kind: string): string {
  vi.stubEnv('TERM', kind)
  let written = ''
  const stream = { isTTY: true, columns: 80, write: (text: string) => Boolean((written += text)) }
  const lines = createProgressLines(stream as unknown as NodeJS.WriteStream, [null])
  const rest = { total: 100, rate: 1, eta: null, limit: null, rates: {}, skipped: 0 } as const
  lines.show(0, { event: 'phase', phase: 'write' })
  for (const bytes of [10, 20]) lines.show(0, { event: 'progress', phase: 'write', bytes, ...rest })
  lines.end(0)
  return written
}

test('a terminal that knows escape sequences gets a line that is drawn over', () => {
  expect(draw('xterm')).toContain('\u001b[K')
})

test('a dumb terminal gets none', () => {
  const written = draw('dumb')
  expect(written).toContain('Writing')
  for (const control of ['\u001b', '\r']) expect(written).not.toContain(control)
})

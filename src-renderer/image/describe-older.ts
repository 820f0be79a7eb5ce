import type { OlderRelease } from '../../src-shared/artifact.ts'
import { warnOfOlder } from '../../src-shared/warnings.ts'
import { describeWarning } from '../words/describe-statement.ts'

/** Returns what a choice of an older release means, in the window's language. */
export function describeOlder(older: OlderRelease): string {
  let text = ''
  warnOfOlder((code, ...[details]) => {
    text = describeWarning({ code, message: '', details: details ?? {} })
  }, older)
  return text
}

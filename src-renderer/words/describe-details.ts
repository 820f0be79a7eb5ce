import type { FailureDetails } from '../../src-shared/failure.ts'
import { isPhrase, mapValues, type Phrase, type Said } from '../../src-shared/phrases.ts'
import { describeSystemText } from './describe-system-text.ts'
import { findWords } from './index.ts'

/**
 * Translates the values of a failure or a warning into the window's language: phrases by their
 * keys, and the reason, if it is a text of the system. Other texts are names, paths and hashes.
 */
export const describeDetails = (details: FailureDetails): FailureDetails => {
  const described = mapValues(details, (said) => (isPhrase(said) ? describePhrase(said) : said))
  const { reason } = details
  return typeof reason === 'string' ? { ...described, reason: describeSystemText(reason) } : described
}

/** Translates the reason of a failure. A text without a translation is quoted. */
export const describeReason = (said: Said): string => (isPhrase(said) ? describePhrase(said) : describeSystemText(said))

const describePhrase = ({ key, values }: Phrase): string => findWords(key, describeDetails(values)) ?? key

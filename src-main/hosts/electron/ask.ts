import type { QuestionName } from './window-words.ts'

/**
 * Asks the user outside the page.
 * @param facts – names, paths and addresses, safe to show
 */
export type Ask = (question: QuestionName, facts: string[]) => Promise<boolean>

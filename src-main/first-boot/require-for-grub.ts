import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'

/**
 * Words of GRUB's language (`grub-core/script/yylex.l`): plain characters, escaped ones, and quoted
 * text. A comment begins with the word.
 */
const plainWords = /^(?!#)(?:[^\s{}|&;<>"'\\$]|\\[^$]|"(?:[^"\\$]|\\[^$])*"|'[^'$]*')+$/u
/** A variable as a whole word, such as `$ignition_firstboot`. Elsewhere its value would be lost. */
const variable = /^\$[A-Za-z_]\w*$/

/**
 * Checks that GRUB passes kernel arguments on to the kernel. It reads a boot loader entry, and the
 * config of a live ISO, as commands of its language: after an odd quote, for example, the system
 * would not start. Quoted text is allowed.
 * @throws usage
 */
export function requireForGrub(kargs: readonly string[]): void {
  for (const karg of kargs)
    for (const word of splitWords(karg))
      if (!plainWords.test(word) && !variable.test(word))
        throw new KindlingError('usage', { reason: say('karg-of-loader', { word, loader: 'GRUB' }) })
}

/** Splits text at blanks that are neither quoted nor escaped. */
const splitWords = (text: string): string[] => text.match(/(?:\\.|"(?:[^"\\]|\\.)*"|'[^']*'|\S)+/gu) ?? []

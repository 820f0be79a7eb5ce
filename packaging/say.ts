/** Tells the developer, beside the output of the command. */
export const say = (words: string): void => console.error(`dev: ${words}`)

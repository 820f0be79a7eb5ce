/** Returns whether a text is an http(s) address. Any other text that names a file is a path. */
export const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text)

/** Whether a text is meant as an address of the web. Any other text that names a file is a path. */
export const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text)

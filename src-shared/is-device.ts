/** Returns whether a text can be the path of a disk on a Linux machine. */
export const isDevice = (text: string): boolean => text.length <= 4096 && /^\/dev\/[\w./:+@-]+$/.test(text)

/** Drives that can be written together. Apart from the schemas that hold it: the page has no need of these. */
export const mostDrives = 32

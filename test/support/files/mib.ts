/** Size of a mebibyte in bytes. */
export const mib = 1024 * 1024

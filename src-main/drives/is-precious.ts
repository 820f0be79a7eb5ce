const largestStick = 256e9

/**
 * Returns true if a drive may be an internal disk: it is not removable, or is larger than 256 GB.
 * @param size – in bytes
 */
export const isPrecious = (removable: boolean, size: number): boolean => !removable || size > largestStick

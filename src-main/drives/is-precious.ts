const largestStick = 256e9

/** Whether a drive looks like somebody's disk: it cannot be taken out, or is larger than 256 GB. @param size bytes */
export const isPrecious = (removable: boolean, size: number): boolean => !removable || size > largestStick

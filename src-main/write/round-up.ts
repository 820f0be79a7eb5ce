/** Returns the smallest multiple of `unit` that is at least `size`. */
export const roundUp = (size: number, unit: number): number => Math.ceil(size / unit) * unit

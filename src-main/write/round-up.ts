/** The least multiple of `unit` that is not less than `size`. */
export const roundUp = (size: number, unit: number): number => Math.ceil(size / unit) * unit

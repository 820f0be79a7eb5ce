/**
 * Maximum number of drives written together. Kept apart from the schemas that use it, since the
 * page does not need those.
 */
export const mostDrives = 32

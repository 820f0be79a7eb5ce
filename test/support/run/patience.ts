/**
 * Time limit of every wait of a test, in milliseconds. It does not test speed: a busy machine takes
 * ten times as long.
 */
export const patience = 200_000

/** Whether this is the long run, `./dev test --soak`. */
export const isSoak = process.env['KINDLING_TEST_TIER'] === 'soak'

/** Starts every random choice. A soak has a new one, unless `--seed` repeats an earlier one. */
export const seed = Number(process.env['KINDLING_TEST_SEED'] ?? 20)

/** The number of rounds of a test that tries random cases. */
export const rounds = (usual: number, soak: number): number => (isSoak ? soak : usual)

/**
 * Parameters of a property test for `fc.assert`.
 * @param usual – runs by default
 * @param soak – runs in the soak; ten times as many unless given
 */
export const runs = (usual: number, soak = usual * 10): { numRuns: number; seed: number } => ({
  numRuns: rounds(usual, soak),
  seed,
})

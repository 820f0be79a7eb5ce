/** True in the long run, `./dev test --soak`. */
export const isSoak = process.env['KINDLING_TEST_TIER'] === 'soak'

/** Seed of every random choice. A soak has a new one, unless `--seed` repeats an earlier one. */
export const seed = Number(process.env['KINDLING_TEST_SEED'] ?? 20)

/** Returns the number of rounds of a test that tries random cases. */
export const rounds = (usual: number, soak: number): number => (isSoak ? soak : usual)

/**
 * Returns the parameters of a property test for `fc.assert`.
 * @param usual – number of runs by default
 * @param soak – number of runs in the soak; by default ten times as many
 */
export const runs = (usual: number, soak = usual * 10): { numRuns: number; seed: number } => ({
  numRuns: rounds(usual, soak),
  seed,
})

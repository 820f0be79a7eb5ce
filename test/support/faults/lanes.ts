/** Independent test setups that run in parallel, so that several can be killed at the same time. */
export interface Lanes<Lane, Moment> {
  count: number
  make(): Promise<Lane>
  /** Chooses the moments from a successful run in the first lane. */
  follow(lane: Lane): Promise<readonly Moment[]>
}

/**
 * Passes through all moments, with all lanes in parallel. Every lane is disposed of, even if a pass
 * fails.
 * @throws Error with the moment; its cause is the error that `pass` threw
 */
export async function inLanes<Lane extends { dispose(): Promise<void> }, Moment>(
  { count, make, follow }: Lanes<Lane, Moment>,
  pass: (lane: Lane, moment: Moment, turn: number) => Promise<void>,
): Promise<void> {
  const made = await Promise.allSettled(Array.from({ length: count }, make))
  const lanes = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  try {
    requireAll(made)
    const moments = [...(await follow(lanes[0]!)).entries()]
    requireAll(
      await Promise.allSettled(
        lanes.map(async (lane) => {
          for (let next = moments.shift(); next !== undefined; next = moments.shift()) {
            const [turn, moment] = next
            await pass(lane, moment, turn).catch((cause: unknown) => {
              throw new Error(`at the moment ${JSON.stringify(moment)}`, { cause })
            })
          }
        }),
      ),
    )
  } finally {
    for (const lane of lanes) await lane.dispose()
  }
}

function requireAll(settled: PromiseSettledResult<unknown>[]): void {
  for (const each of settled) if (each.status === 'rejected') throw each.reason
}

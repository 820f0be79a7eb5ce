/** What lies side by side, so that several may be killed at a time. */
export interface Lanes<Lane, Moment> {
  count: number
  make(): Promise<Lane>
  /** Chooses the moments by a run that goes well, in the first lane. */
  follow(lane: Lane): Promise<readonly Moment[]>
}

/**
 * Passes through moments, some lanes at a time. Whatever fails, every lane is disposed of first.
 * @throws Error with the moment, and what `pass` throws as its cause
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

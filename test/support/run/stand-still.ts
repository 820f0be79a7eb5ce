import { setTimeout as delay } from 'node:timers/promises'

/** Resolves once this process and its threads are idle. */
export async function standStill(): Promise<void> {
  for (let idle = 0; idle < 5;) {
    const before = process.cpuUsage()
    await delay(100)
    const { user, system } = process.cpuUsage(before)
    idle = user + system < 10_000 ? idle + 1 : 0
  }
}

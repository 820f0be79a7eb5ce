import { z } from 'zod'

/** Boot settings of a platform, from `coreos/platforms.json` of the boot file system. */
const platform = z.object({
  kernel_arguments: z.array(z.string().regex(/^[^\p{Cc}]+$/u)).default([]),
  grub_commands: z.array(z.string().regex(/^[^\p{Cc}]+$/u)).default([]),
})
export type Platform = z.infer<typeof platform>
const table = z.record(z.string(), platform)

const none: Platform = { kernel_arguments: [], grub_commands: [] }

/**
 * Reads the table of platforms. A missing table or platform needs nothing.
 * @returns a function that finds a platform; null if the table has another form
 */
export function readPlatforms(json: Buffer | null): ((id: string) => Platform) | null {
  if (json === null) return () => none
  try {
    const { data } = table.safeParse(JSON.parse(json.toString()))
    return data === undefined ? null : (id) => (Object.hasOwn(data, id) ? data[id]! : none)
  } catch {
    return null
  }
}

/** What a person may want; `system` follows the system. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

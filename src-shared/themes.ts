/** Choices of the theme setting; `system` follows the system. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

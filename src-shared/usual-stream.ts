/** Stream that the window selects at first. */
export const usualStream = 'stable'

/** The stream that a window begins with. */
export const usualStream = 'stable'

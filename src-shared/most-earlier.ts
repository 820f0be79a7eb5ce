/** Number of first boots that are kept for the next ones. */
export const mostEarlier = 5

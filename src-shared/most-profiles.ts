/** Number of profiles of a first boot that are kept. */
export const mostProfiles = 50

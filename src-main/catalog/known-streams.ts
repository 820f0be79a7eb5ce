/** Where Fedora publishes stream metadata: `<base><stream>.json`. */
export const defaultBaseUrl = 'https://builds.coreos.fedoraproject.org/streams/'

/** The streams that Fedora publishes there; any other name may be asked for too. */
export const knownStreams = ['stable', 'testing', 'next']

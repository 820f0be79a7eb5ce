/** Base URL of Fedora's stream metadata: `<base><stream>.json`. */
export const defaultBaseUrl = 'https://builds.coreos.fedoraproject.org/streams/'

/** The streams that Fedora publishes there. Other names may be requested as well. */
export const knownStreams = ['stable', 'testing', 'next']

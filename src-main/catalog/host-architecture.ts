/** Fedora's names for what Node calls otherwise. Fedora CoreOS has no big-endian ppc64, and Node does not tell the two apart. */
const fedoraNames = new Map([
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['ppc64', 'ppc64le'],
])

/** The architecture of a machine as Fedora names it: this one's, unless Node's name of another is given. */
export const hostArchitecture = (nodeName: string = process.arch): string => fedoraNames.get(nodeName) ?? nodeName

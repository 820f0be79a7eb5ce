/**
 * Fedora's names of architectures whose names differ in Node. Node does not distinguish big-endian
 * ppc64 from ppc64le; Fedora CoreOS has only the latter.
 */
const fedoraNames = new Map([
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['ppc64', 'ppc64le'],
])

/**
 * Returns Fedora's name of an architecture.
 * @param nodeName – Node's name; default: this machine's
 */
export const hostArchitecture = (nodeName: string = process.arch): string => fedoraNames.get(nodeName) ?? nodeName

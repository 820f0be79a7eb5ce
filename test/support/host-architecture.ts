const names: Partial<Record<NodeJS.Architecture, string>> = { x64: 'x86_64', arm64: 'aarch64', ppc64: 'ppc64le' }

/** The architecture of this machine as Fedora names it. */
export const hostArchitecture: string = names[process.arch] ?? process.arch

export const windowsNodes: string[]
export function windowsNode(version: string): string
export function fetchWindowsNodes(): Promise<void>
export function fetchLinuxNode(major: string): Promise<string>

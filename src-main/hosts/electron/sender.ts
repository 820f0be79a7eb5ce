import type { WebFrameMain } from 'electron'

/** Who knocks: what Electron tells of the frame that sent a call; null when the frame is already gone. */
export type Sender = { url: string; inside: boolean } | null

/** As plain values, for another thread. */
export const senderOf = (frame: WebFrameMain | null): Sender =>
  frame && { url: frame.url, inside: frame.parent !== null }

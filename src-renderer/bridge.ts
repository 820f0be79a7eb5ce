import type { Bridge } from '../src-shared/window-api.ts'

declare global {
  interface Window {
    kindling: Bridge
  }
}

/** The only way out of the page. */
export const { call, opening, onNews, pathOf } = window.kindling

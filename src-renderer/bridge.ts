import type { Bridge } from '../src-shared/window-api.ts'
import { language } from './words/language.svelte.ts'

declare global {
  interface Window {
    kindling: Bridge
  }
}

/** The page's only connection to the host. */
export const { call, onNews, pathOf } = window.kindling

language.current = window.kindling.language

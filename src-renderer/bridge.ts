import type { Bridge } from '../src-shared/window-api.ts'
import { language } from './words/language.svelte.ts'

declare global {
  interface Window {
    kindling: Bridge
  }
}

/** The only way out of the page. */
export const { call, onNews, pathOf } = window.kindling

language.current = window.kindling.language

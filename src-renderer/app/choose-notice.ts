import type { AppState } from '../tabs/app-state.svelte.ts'

export type NoticeName = 'set-aside' | 'sandbox' | 'update' | 'surroundings'

/**
 * Returns the notice above the page, or null. There is one at a time. The last one is about the
 * mirror and the keyring and stays; each of the others can be put away.
 */
export function chooseNotice({ settings, lostSandbox, update, surroundings }: AppState): NoticeName | null {
  if (settings.reading.setAside !== null && !settings.told) return 'set-aside'
  if (lostSandbox !== null) return 'sandbox'
  if (asksForUpdates({ settings, update }) || update.tells) return 'update'
  return surroundings.streamBaseUrl === null && surroundings.keyring === null ? null : 'surroundings'
}

/** Returns whether to ask about updates. Asked only once: any answer is saved. */
export const asksForUpdates = ({ settings, update }: Pick<AppState, 'settings' | 'update'>): boolean =>
  update.current?.state === 'off' && !settings.reading.saved.includes('updates')

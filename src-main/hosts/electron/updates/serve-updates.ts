import type { Settings } from '../../../../src-shared/settings.ts'
import { ok, type Result } from '../../../../src-shared/result.ts'
import type { Update } from '../../../../src-shared/update.ts'
import type { Updates } from '../../../updates/updates.ts'

export type UpdateCalls = Record<
  'update' | 'lookForUpdate' | 'fetchUpdate' | 'installUpdate',
  () => Promise<Result<Update>>
>

/**
 * The window's calls for updates, which a window starts without.
 * @param open called once, when the page asks for them or the settings want them
 */
export function serveUpdates(open: () => Promise<Updates>): {
  calls: UpdateCalls
  heed(setting: Settings['updates']): void
} {
  let opened: Promise<Updates> | null = null
  const updates = () => (opened ??= open())
  const after = (act: (updates: Updates) => Promise<void>) => async () => {
    const known = await updates()
    await act(known)
    return ok(known.now)
  }
  return {
    calls: {
      update: after(async () => {}),
      lookForUpdate: after((known) => known.look()),
      fetchUpdate: after((known) => known.fetch()),
      installUpdate: after((known) => known.install()),
    },
    heed(setting) {
      if (setting !== 'off' || opened !== null) void updates().then((known) => known.heed(setting))
    },
  }
}

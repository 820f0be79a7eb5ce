import type { Bridge } from '../../src-shared/window-api.ts'
import type { AppState } from '../tabs/app-state.svelte.ts'
import { chooseImage } from '../image/choose-image.ts'

/**
 * Chooses images passed to the window, at start-up and later. If the write tab shows a job, waits
 * until that job is closed.
 */
export function takeOpenedImages(app: AppState, { call, onNews }: Pick<Bridge, 'call' | 'onNews'>): void {
  let waiting = $state(true)
  onNews(({ news }) => news === 'image' && (waiting = true))
  $effect.root(() => {
    $effect(() => {
      if (!waiting || app.write.job !== null) return
      waiting = false
      void call('takeImage', {}).then((answer) => {
        if (!answer.ok || answer.value === null) return
        app.selected = 'write'
        chooseImage(app.write.image, answer.value)
      })
    })
  })
}

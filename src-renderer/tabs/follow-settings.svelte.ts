import type { AppState } from './app-state.svelte.ts'

/**
 * Applies changed settings to the page. A new language takes effect at once. A new mirror or
 * keyring makes the page read its data again.
 */
export function followSettings(app: AppState): void {
  const { settings } = app

  async function look() {
    const answer = await app.call('surroundings', {})
    if (!answer.ok) return
    const { streamBaseUrl, keyring } = app.surroundings
    const [mirror, keys] = [answer.value.streamBaseUrl !== streamBaseUrl, answer.value.keyring !== keyring]
    app.surroundings = answer.value
    if (mirror || keys) app.readAnew({ streams: mirror })
  }

  let known = settings.reading
  $effect.root(() => {
    $effect(() => {
      const { reading } = settings
      if (reading === known) return
      const isOther = reading.settings.language !== known.settings.language
      known = reading
      if (isOther) void app.speak(reading.settings.language)
      void look()
    })
  })
}

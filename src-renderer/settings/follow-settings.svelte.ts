import type { Desk } from '../app/desk.svelte.ts'

/**
 * Applies changed settings to the page. A new language takes effect at once. A new mirror or
 * keyring makes the page read its data again.
 */
export function followSettings(desk: Desk): void {
  const { settings } = desk

  async function look() {
    const answer = await desk.call('surroundings', {})
    if (!answer.ok) return
    const { streamBaseUrl, keyring } = desk.surroundings
    const [mirror, keys] = [answer.value.streamBaseUrl !== streamBaseUrl, answer.value.keyring !== keyring]
    desk.surroundings = answer.value
    if (mirror || keys) desk.readAnew({ streams: mirror })
  }

  let known = settings.reading
  $effect.root(() => {
    $effect(() => {
      const { reading } = settings
      if (reading === known) return
      const isOther = reading.settings.language !== known.settings.language
      known = reading
      if (isOther) void desk.speak(reading.settings.language)
      void look()
    })
  })
}

import { webFrame } from 'electron'

/** How much larger than usual everything can be. */
const steps = [1, 1.25, 1.5, 1.75, 2]

/** Ctrl or Command with + and - makes everything larger and smaller, with 0 as large as usual: a window without a menu has nothing else that does. */
export function heedZoomKeys(): void {
  window.addEventListener('keydown', (event) => {
    if (!event.isTrusted || event.altKey || event.ctrlKey === event.metaKey) return
    const zoom = findZoom(event.key, webFrame.getZoomFactor())
    if (zoom === null) return
    event.preventDefault()
    webFrame.setZoomFactor(zoom)
  })
}

/** @returns null for a key that has nothing to do with it */
function findZoom(key: string, now: number): number | null {
  // Kept by Chromium as a power of 1.2, which comes back a little different.
  const slack = 0.01
  // The key of + is that of = where no Shift is held.
  if (key === '+' || key === '=') return steps.find((step) => step > now + slack) ?? now
  if (key === '-') return steps.findLast((step) => step < now - slack) ?? now
  return key === '0' ? 1 : null
}

import { webFrame } from 'electron'

/** Zoom factors. */
const steps = [1, 1.25, 1.5, 1.75, 2]

/**
 * Handles the zoom keys: Ctrl or Command with + and - to zoom in and out, with 0 to reset. A window
 * without a menu has no other zoom controls.
 */
export function zoomByKeys(): void {
  window.addEventListener('keydown', (event) => {
    if (!event.isTrusted || event.altKey || event.ctrlKey === event.metaKey) return
    const zoom = findZoom(event.key, webFrame.getZoomFactor())
    if (zoom === null) return
    event.preventDefault()
    webFrame.setZoomFactor(zoom)
  })
}

/**
 * @returns the new zoom factor; null for a key that does not zoom
 */
function findZoom(key: string, now: number): number | null {
  // Chromium stores the factor as a power of 1.2, so that it comes back slightly different.
  const slack = 0.01
  // Without Shift, the + key reports `=`.
  if (key === '+' || key === '=') return steps.find((step) => step > now + slack) ?? now
  if (key === '-') return steps.findLast((step) => step < now - slack) ?? now
  return key === '0' ? 1 : null
}

import type { Page } from 'playwright-core'

/**
 * Returns, in words, all text that is cut off, overlaps other text or is outside of the window, and
 * whether the window scrolls as a whole or keeps a gap for nothing. Empty if everything is
 * readable.
 */
export function findLayoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = []
    const describe = (element: Element) =>
      `<${element.tagName.toLowerCase()}> “${element.textContent.trim().replaceAll(/\s+/g, ' ').slice(0, 60)}”`

    /** True for elements for screen readers only: a pixel wide, or clipped to nothing. */
    const isHidden = (element: Element) =>
      !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ||
      element.closest('[inert], [aria-hidden="true"][class*="sr"], .sr-only, .visually-hidden') !== null ||
      element.getBoundingClientRect().width <= 1

    const hasBackground = (element: Element) => {
      const { backgroundColor } = getComputedStyle(element)
      return backgroundColor !== 'transparent' && !/, 0\)$|\/ 0\)$/.test(backgroundColor)
    }

    /** True if the element has an opaque background of its own above their common ancestor. */
    const isLayerOver = (element: Element, other: Element) => {
      for (let each: Element | null = element; each !== null && !each.contains(other); each = each.parentElement)
        if (hasBackground(each)) return true
      return false
    }

    for (const element of [document.documentElement, ...document.querySelectorAll('body *')]) {
      const { overflowX } = getComputedStyle(element)
      const isScroller = element === document.documentElement || overflowX === 'auto' || overflowX === 'scroll'
      if (isScroller && element.scrollWidth > element.clientWidth + 1)
        faults.push(`scrolls sideways: ${describe(element)}`)
    }

    // A child without content still has the gap of its parent, which then looks empty.
    for (const element of document.querySelectorAll('.middle > *')) {
      const { height } = element.getBoundingClientRect()
      const { position, display } = getComputedStyle(element)
      if (height < 1 && position !== 'absolute' && display !== 'none') faults.push(`empty: ${describe(element)}`)
    }

    const { scrollHeight, clientHeight } = document.documentElement
    if (scrollHeight > clientHeight + 1) faults.push(`the whole window scrolls: ${scrollHeight} px in ${clientHeight}`)

    const texts: { element: Element; box: DOMRect }[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement!
      if (!node.textContent?.trim() || isHidden(element)) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      for (const box of range.getClientRects()) if (box.width > 1 && box.height > 1) texts.push({ element, box })
    }

    /**
     * Returns the visible part of a box inside its clipping ancestors, and reports cut text. Text
     * that can be scrolled into view is not cut.
     */
    const clip = (element: Element, box: DOMRect): DOMRect => {
      for (let each: Element | null = element; each !== null; each = each.parentElement) {
        const { overflowX, overflowY, position } = getComputedStyle(each)
        const frame = each.getBoundingClientRect()
        if (overflowX !== 'visible' || overflowY !== 'visible') {
          const [left, right] = [Math.max(box.left, frame.left), Math.min(box.right, frame.right)]
          const [top, bottom] = [Math.max(box.top, frame.top), Math.min(box.bottom, frame.bottom)]
          const cut = (overflow: string, lost: number, slack: number) =>
            (overflow === 'hidden' || overflow === 'clip') && lost > slack
          if (cut(overflowX, box.width - (right - left), 1) || cut(overflowY, box.height - (bottom - top), 3))
            faults.push(`cut: ${describe(element)}`)
          box = new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top))
        }
        if (overflowX === 'auto' || overflowX === 'scroll' || overflowY === 'auto' || overflowY === 'scroll') break
        if (position === 'fixed') break
      }
      return box
    }

    for (const text of texts) {
      if (text.box.left < -1 || text.box.right > innerWidth + 1) faults.push(`outside: ${describe(text.element)}`)
      text.box = clip(text.element, text.box)
    }

    texts.forEach(({ element, box }, index) => {
      for (const other of texts.slice(index + 1)) {
        if (other.element === element) continue
        const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left)
        const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top)
        if (width <= 2 || height <= 4) continue
        if (isLayerOver(element, other.element) || isLayerOver(other.element, element)) continue
        faults.push(`overlap: ${describe(element)} and ${describe(other.element)}`)
      }
    })
    return [...new Set(faults)]
  })
}

import type { Page } from 'playwright-core'

/** Resolves after the next frame, when changes to a page or its window have taken effect. */
export const nextFrame = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))

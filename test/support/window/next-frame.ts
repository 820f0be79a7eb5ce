import type { Page } from 'playwright-core'

/** Resolves when what was changed of a page or its window holds: from its next frame on. */
export const nextFrame = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))

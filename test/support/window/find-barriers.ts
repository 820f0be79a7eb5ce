import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Returns axe's findings about barriers on the page, in words; empty if there are none.
 * @param forced – true with forced colours. axe then sees the colours of the page instead of the
 * system's, so contrast is not checked.
 */
export async function findBarriers(page: Page, forced = false): Promise<string[]> {
  const options: RunOptions = { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: !forced } } }
  // Injected by the debugger, because the page's policy allows only its own scripts.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source)
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)} (${failureSummary ?? ''})`),
  )
}

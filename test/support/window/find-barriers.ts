import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * What axe finds that keeps somebody from using the page, in words; empty when nothing does.
 * @param forced the colours are the system's: axe sees those that the page wanted, and need not judge them
 */
export async function findBarriers(page: Page, forced = false): Promise<string[]> {
  const options: RunOptions = { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: !forced } } }
  // By the debugger: the page's own policy allows no script but its own.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source)
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)} (${failureSummary ?? ''})`),
  )
}

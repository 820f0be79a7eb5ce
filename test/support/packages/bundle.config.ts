import { defineConfig } from 'rolldown'
import { external, workerFiles } from '../images/worker-files.ts'

/**
 * Bundles a test program, because Node 20 cannot run TypeScript.
 * Usage: `rolldown --config test/support/packages/bundle.config.ts --input ENTRY.ts --file OUT.mjs`
 */
export default defineConfig({
  platform: 'node',
  external,
  plugins: [workerFiles],
  output: { format: 'esm', codeSplitting: false },
})

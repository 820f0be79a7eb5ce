import { defineConfig } from 'rolldown'
import { external, workerFiles } from './images/worker-files.ts'

/** `rolldown --config test/support/bundle.config.ts --input ENTRY.ts --file OUT.mjs`: Node 20 runs no TypeScript. */
export default defineConfig({
  platform: 'node',
  external,
  plugins: [workerFiles],
  output: { format: 'esm', codeSplitting: false },
})

import { svelte } from '@sveltejs/vite-plugin-svelte'
import { basename, resolve } from 'node:path'
import { build } from 'rolldown'
import { defineConfig, type Plugin } from 'vitest/config'

/** Worker threads start from a file that Node can run: `./worker.ts?modulePath`, as the real build does it. */
const workerFiles: Plugin = {
  name: 'worker-files',
  enforce: 'pre',
  async load(id) {
    const [file, query] = id.split('?')
    if (query !== 'modulePath' || !file) return null
    const output = resolve('out/test-workers', basename(file).replace(/\.ts$/, '.mjs'))
    await build({
      input: file,
      platform: 'node',
      external: /^(?![./])/,
      output: { file: output, format: 'esm' },
      logLevel: 'silent',
    })
    return `export default ${JSON.stringify(output)}`
  },
}

export default defineConfig({
  plugins: [workerFiles, svelte()],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores: more would only make the device and window tests wait for each other.
    maxWorkers: 2,
  },
})

import { basename, resolve } from 'node:path'
import { build, type Plugin } from 'rolldown'

/** What node_modules and Node itself have is left to Node. */
export const external = /^(?![./])/

/**
 * Worker threads start from a file that Node can run: `./worker.ts?modulePath` is the path of one, as in the real
 * build (electron-vite). This does the same for vitest and for the programs that `bundle.config.ts` makes.
 */
export const workerFiles: Plugin & { enforce: 'pre' } = {
  name: 'worker-files',
  enforce: 'pre',
  async load(id) {
    const [file, query] = id.split('?')
    if (!file || query !== 'modulePath') return null
    const output = resolve('out/test-workers', basename(file).replace(/\.ts$/, '.mjs'))
    await build({
      input: file,
      platform: 'node',
      external,
      output: { file: output, format: 'esm' },
      logLevel: 'silent',
    })
    return `export default ${JSON.stringify(output)}`
  },
}

import { basename, resolve } from 'node:path'
import { build, type Plugin } from 'rolldown'
import { assemblyScript } from '../../../packaging/assembly-script.ts'

/** Modules that are not bundled: those of node_modules and of Node itself. */
export const external = /^(?![./])/

/**
 * Rolldown plugin for worker threads, which start from a file that Node can run. The import
 * `./worker.ts?modulePath` is the path of such a file, as in the real build (electron-vite). The
 * plugin serves vitest and the programs that `bundle.config.ts` makes. Packages are bundled too: a
 * thread that loads them one by one takes three times as long to start.
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
      plugins: [assemblyScript],
      output: { file: output, format: 'esm', codeSplitting: false },
      logLevel: 'silent',
    })
    return `export default ${JSON.stringify(output)}`
  },
}

import { basename, resolve } from 'node:path'
import { build, type Plugin } from 'rolldown'
import { assemblyScript } from '../../../packaging/assembly-script.ts'

/** Modules that are not bundled: those of node_modules and of Node itself. */
export const external = /^(?![./])/

/** Packages that find files of their own, beside their code. */
const loaded = ['drivelist', 'ext2fs']

/**
 * Rolldown plugin for modules that Node loads itself: worker threads, and the command line that
 * tests call. The import `./worker.ts?modulePath` is the path of a file that Node can run, as in
 * the real build (electron-vite). The plugin serves vitest and the programs that `bundle.config.ts`
 * makes. Packages are bundled too: a thread that loads them one by one takes three times as long to
 * start.
 */
export const workerFiles: Plugin & { enforce: 'pre' } = {
  name: 'worker-files',
  enforce: 'pre',
  async load(id) {
    const [file, query] = id.split('?')
    if (!file || query !== 'modulePath') return null
    // Once for each file: others may be reading it.
    let bundled = bundles.get(file)
    if (bundled === undefined) bundles.set(file, (bundled = bundle(file)))
    return `export default ${JSON.stringify(await bundled)}`
  },
}

const bundles = new Map<string, Promise<string>>()

/** Returns the path of the bundle. */
async function bundle(input: string): Promise<string> {
  const file = resolve('out/test-workers', basename(input).replace(/\.ts$/, '.mjs'))
  await build({
    input,
    platform: 'node',
    external: loaded,
    plugins: [assemblyScript, workerFiles],
    output: { file, format: 'esm', codeSplitting: false },
    logLevel: 'silent',
  })
  return file
}

import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Plugin } from 'rolldown'

const options = [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '16384'],
  ...['--enable', 'threads,bulk-memory'],
]

/** Compiled files by their text. Many files of a test run import the same. */
const compiled = new Map<string, Promise<[simd: string, plain: string]>>()

/**
 * Plugin for `import code from './x.ts?wasm'`: AssemblyScript, compiled for processors with SIMD
 * and for those without.
 */
export const assemblyScript: Plugin & { enforce: 'pre' } = {
  name: 'assembly-script',
  enforce: 'pre',
  resolveId(source, importer) {
    return source.endsWith('?wasm') && importer ? resolve(dirname(importer), source) : null
  },
  async load(id) {
    if (!id.endsWith('?wasm')) return null
    const file = id.slice(0, -'?wasm'.length)
    const text = await readFile(file, 'utf8')
    const codes = compiled.get(text) ?? Promise.all([compile(file, '--enable'), compile(file, '--disable')])
    compiled.set(text, codes)
    const [simd, plain] = await codes
    return `export default ${JSON.stringify({ simd, plain })}`
  },
}

/**
 * Returns the WebAssembly of a file in base64. The compiler is loaded only here, because that takes
 * a second.
 */
async function compile(file: string, simd: '--enable' | '--disable'): Promise<string> {
  const { default: asc } = await import('assemblyscript/asc')
  let code: Uint8Array | undefined
  const { error, stderr } = await asc.main([basename(file), ...options, simd, 'simd', '--outFile', 'out.wasm'], {
    readFile: (name, folder) => readFile(resolve(dirname(file), folder, name), 'utf8').catch(() => null),
    writeFile: (_, contents) => void (code = contents as Uint8Array),
    listFiles: () => [],
  })
  if (error !== null || code === undefined) throw new Error(`${file}: ${stderr.toString()}`, { cause: error })
  return Buffer.from(code).toString('base64')
}

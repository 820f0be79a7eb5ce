/**
 * The type of `import path from './x.ts?modulePath'`: the path of the built file that a worker
 * thread is started from.
 */
declare module '*?modulePath' {
  const path: string
  export default path
}

/** The type of `import code from './x.ts?wasm'`: compiled AssemblyScript, in base64. */
declare module '*?wasm' {
  const code: {
    simd: string
    /** For processors without SIMD. */
    plain: string
  }
  export default code
}

/**
 * The type of `import path from './x.ts?modulePath'`: the path of the built file that a worker
 * thread is started from.
 */
declare module '*?modulePath' {
  const path: string
  export default path
}

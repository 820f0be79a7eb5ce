/** `import path from './x.ts?modulePath'`: the file to start a worker thread from, as the build leaves it. */
declare module '*?modulePath' {
  const path: string
  export default path
}

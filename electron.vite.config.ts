import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'
import { assemblyScript } from './packaging/assembly-script.ts'
import { listPackages } from './packaging/list-packages.ts'

export default defineConfig({
  main: {
    plugins: [listPackages(), assemblyScript],
    build: {
      sourcemap: true,
      // One file starts faster than a hundred. Large modules that are seldom needed are loaded on
      // demand.
      externalizeDeps: {
        exclude: [
          'commander',
          'electron-updater',
          'env-paths',
          'hash-wasm',
          'ipaddr.js',
          'undici',
          'unixcrypt',
          'yaml',
          'zod',
        ],
      },
      rollupOptions: {
        input: {
          window: resolve('src-main/hosts/electron/main.ts'),
          kindling: resolve('src-main/hosts/cli/main.ts'),
          privileged: resolve('src-main/privileged/main.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      rollupOptions: {
        input: { preload: resolve('src-main/hosts/electron/preload.ts') },
        // A sandboxed preload script cannot be an ES module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    // Inlined fonts would need data: in the content security policy.
    build: { assetsInlineLimit: 0, minify: true, rollupOptions: { input: resolve('src-renderer/index.html') } },
    plugins: [svelte({ configFile: false }), listPackages()],
  },
})

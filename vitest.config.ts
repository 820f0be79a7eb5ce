import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { workerFiles } from './test/support/worker-files.ts'

export default defineConfig({
  plugins: [workerFiles, svelte({ configFile: false })],
  test: {
    include: ['test/**/*.test.ts'],
    // A whole Debian takes minutes: ./dev test-package. Pictures are for people: ./dev gallery.
    exclude: [
      'test/bench/**',
      ...(process.env['KINDLING_CLEAN_DEBIAN'] ? [] : ['test/clean/**']),
      ...(process.env['KINDLING_GALLERY'] ? [] : ['test/gallery/**']),
    ],
    reporters: ['default', './test/support/fault-matrix-reporter.ts', './test/support/closing-line.ts'],
    globalSetup: ['./test/support/keep-for-run.ts', './test/support/capabilities.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores: more would only make the device and window tests wait for each other.
    maxWorkers: 2,
    // In CI a test that fails gets one more try; the closing lines name it if that one passes.
    retry: process.env['CI'] ? 1 : 0,
  },
})

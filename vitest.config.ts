import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { workerFiles } from './test/support/worker-files.ts'

/** `quick`, `soak`, or by default all that a landing needs. */
const tier = process.env['KINDLING_TEST_TIER']
const isQuick = tier === 'quick'

export default defineConfig({
  plugins: [workerFiles, svelte({ configFile: false })],
  test: {
    include: isQuick ? ['test/{*,src-*/**/*,support/**/*}.test.ts'] : ['test/**/*.test.ts'],
    exclude: [
      'test/bench/**',
      ...(isQuick ? ['**/*.system.test.ts'] : []),
      // A whole Debian takes minutes.
      ...(tier === 'soak' ? [] : ['test/clean/**']),
      // Pictures are for people: ./dev gallery.
      ...(process.env['KINDLING_GALLERY'] ? [] : ['test/gallery/**']),
    ],
    reporters: ['default', './test/support/fault-matrix-reporter.ts', './test/support/closing-lines.ts'],
    globalSetup: ['./test/support/keep-for-run.ts', ...(isQuick ? [] : ['./test/support/capabilities.ts'])],
    setupFiles: isQuick ? ['./test/support/no-processes.ts'] : [],
    pool: 'forks',
    // Loading the same modules for each file anew takes as long as the quick tests themselves.
    isolate: !isQuick,
    // A test that hangs fails. None of these limits is a test of speed: a busy machine takes ten
    // times as long.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    // What is waited for has nearly as long, and says what it was when it does not come.
    expect: { poll: { timeout: 200_000 } },
    // Two cores: more would only make the device and window tests wait for each other.
    maxWorkers: 2,
    // A test that needs its second try is broken; the closing lines name it.
    retry: isQuick ? 0 : 1,
  },
})

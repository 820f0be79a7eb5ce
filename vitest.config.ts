import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'
import { workerFiles } from './test/support/images/worker-files.ts'

/** `quick`, `soak`, or by default all that a landing needs. */
const tier = process.env['KINDLING_TEST_TIER']
const isQuick = tier === 'quick'

const quickFiles = 'test/{*,src-*/**/!(*.system),support/**/!(*.system)}.test.ts'

type ProjectOptions = NonNullable<TestProjectInlineConfiguration['test']>

const project = (name: string, options: ProjectOptions): TestProjectInlineConfiguration => ({
  plugins: [workerFiles, svelte({ configFile: false })],
  test: {
    name,
    pool: 'forks',
    // A test that hangs fails. None of these limits is a test of speed: a busy machine takes ten
    // times as long.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    // What is waited for has nearly as long, and says what it was when it does not come.
    expect: { poll: { timeout: 200_000 } },
    // A test that needs its second try is broken; the closing lines name it.
    retry: isQuick ? 0 : 1,
    ...options,
  },
})

/** The files that start programs. Vitest begins with them: it sorts projects by name. */
const programs = project('programs', {
  include: ['test/**/*.test.ts'],
  exclude: [
    quickFiles,
    'test/bench/**',
    // A whole Debian takes minutes.
    ...(tier === 'soak' ? [] : ['test/clean/**']),
    // Pictures are for people: ./dev gallery.
    ...(process.env['KINDLING_GALLERY'] ? [] : ['test/gallery/**']),
  ],
  globalSetup: './test/support/capabilities.ts',
})

const quick = project('quick', {
  include: [quickFiles],
  setupFiles: './test/support/no-processes.ts',
  // Loading the same modules for each file anew takes as long as the quick tests themselves.
  isolate: false,
})

export default defineConfig({
  test: {
    projects: isQuick ? [quick] : [programs, quick],
    reporters: ['default', './test/support/fault-matrix-reporter.ts', './test/support/closing-lines.ts'],
    globalSetup: './test/support/keep-for-run.ts',
    sequence: { sequencer: LongestFirst },
    // Two cores: more would only make the device and window tests wait for each other.
    maxWorkers: 2,
  },
})

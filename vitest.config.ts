import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { assemblyScript } from './packaging/assembly-script.ts'
import { patience } from './test/support/run/patience.ts'
import { LongestFirst } from './test/support/run/longest-first.ts'
import { workerFiles } from './test/support/images/worker-files.ts'

/**
 * The test tier: `quick`, `node`, `windows` or `soak`. The default is all tests that a merge requires.
 */
const tier = process.env['KINDLING_TEST_TIER']
const isQuick = tier === 'quick'

/** The command line from an image to a proved drive, and back: what runs on every supported Node. */
const writePath = 'test/cli/{write,verify,download,resume,save,interrupt,memory}.test.ts'

/**
 * Creating a whole Debian takes minutes, and the deb, the rpm and the tar.gz are the tree that
 * `app/package` installs. A machine without hardware acceleration needs a minute for GRUB.
 */
const onlyInSoak = [
  'test/clean/**',
  'test/packaging/{archive,deb,rpm}.test.ts',
  'test/app/chromium.test.ts',
  'test/cli/boot-grub.test.ts',
]

const setupFiles = ['./test/support/run/phrases-as-text.ts', './test/support/run/without-tunables.ts']
const quickFiles = 'test/{*,src-*/**/!(*.system),support/**/!(*.system)}.test.ts'

type ProjectOptions = NonNullable<TestProjectInlineConfiguration['test']>

const project = (name: string, options: ProjectOptions): TestProjectInlineConfiguration => ({
  plugins: [assemblyScript, workerFiles, svelte({ configFile: false })],
  test: {
    name,
    pool: 'forks',
    // Starting a process and loading the same modules again for each file would take longer than
    // most files.
    isolate: false,
    // Node loads the bundles of `workerFiles` itself. Vite would parse each once more, for a map
    // that is larger than the code.
    server: { deps: { external: [/\/out\/test-workers\//] } },
    // A test that hangs fails. None of these limits tests speed: a busy machine takes ten times as
    // long.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    // Polled conditions get nearly the same time, so that a failed one is reported before the test
    // times out.
    expect: { poll: { timeout: patience } },
    // malloc asks Linux for huge pages. Tests allocate images and drives of many MiB, and in some
    // virtual machines the page faults for each 4 KiB of them take longer than the test.
    env: { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' },
    setupFiles,
    ...options,
  },
})

/** Tests that start programs. Vitest sorts projects by name, so these come first. */
const programs = project('programs', {
  include: tier === 'node' ? [writePath] : ['test/**/*.test.ts'],
  exclude: [
    quickFiles,
    'test/bench/**',
    ...(tier === 'soak' ? [] : onlyInSoak),
    // wine needs two minutes, and is no Windows.
    ...(tier === 'soak' || tier === 'windows' ? [] : ['test/windows/**']),
    // The gallery is for people: ./dev gallery.
    ...(process.env['KINDLING_GALLERY'] ? [] : ['test/gallery/**']),
  ],
  globalSetup: './test/support/run/capabilities.ts',
})

const quick = project('quick', {
  include: [quickFiles],
  setupFiles: [...setupFiles, './test/support/run/no-processes.ts'],
})

export default defineConfig({
  test: {
    projects: isQuick ? [quick] : [programs, quick],
    reporters: ['default', './test/support/faults/fault-matrix-reporter.ts', './test/support/run/closing-lines.ts'],
    globalSetup: './test/support/run/keep-for-run.ts',
    sequence: { sequencer: LongestFirst },
    // Tests with devices and windows wait for a third of their time or more. On two cores, five
    // workers finish them before three do. Quick tests do not wait, and every worker loads the same
    // modules again.
    maxWorkers: isQuick ? 3 : 5,
  },
})

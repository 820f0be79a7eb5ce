import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect } from 'vitest'
import { makeLinuxTree } from '../../packaging/linux-tree.ts'
import { testWith } from '../support/run/needs.ts'
import { runTool } from '../support/programs/run-tool.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'

testWith(
  ['linux', 'command:appstreamcli'],
  'a release’s metainfo has pictures with words and addresses, and the system’s own check takes it',
  async () => {
    const place = await makeTemporaryDirectory()
    try {
      await mkdir(place.file('app'))
      await writeFile(place.file('app/chrome-sandbox'), '')
      const facts = {
        version: '1.2.3',
        commit: 'c'.repeat(40),
        time: 1_784_000_000,
        electron: '45.4.1',
        supported: '45.4.1',
        platform: 'linux' as const,
        arch: 'x64',
      }
      const places = { zshCompletions: 'usr/share/zsh/site-functions' }
      const home = 'https://example.org/kindling'
      await makeLinuxTree(resolve('.'), place.file('app'), place.file('tree'), facts, places, home)
      const file = place.file('tree/usr/share/metainfo/org.kindling.Kindling.metainfo.xml')
      await runTool('appstreamcli', ['validate', '--no-net', file])
      const text = await readFile(file, 'utf8')
      expect(text).toContain(`<image>${home}/raw/${facts.commit}/docs/window.png</image>`)
      expect(text.match(/<caption/g)).toHaveLength(4)
      expect(text).toContain('<release version="1.2.3" date="2026-07-14" />')
    } finally {
      await place.dispose()
    }
  },
)

import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkConfig, isBootable } from '../../../src-main/ignition/check-config.ts'
import { describeWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory } from '../../support/files/temporary.ts'
import { configCases } from './configs.ts'

type Directory = Awaited<ReturnType<typeof makeTemporaryDirectory>>

describeWith(['command:ignition-validate'], 'check of a config, compared with ignition-validate', () => {
  let directory: Directory
  beforeAll(async () => {
    directory = await makeTemporaryDirectory('kindling-configs-')
  })
  afterAll(() => directory.dispose())

  /** Returns whether the real program accepts a config. */
  async function isAccepted(text: string, name: string): Promise<boolean> {
    const path = join(directory.path, name)
    await writeFile(path, text)
    return new Promise((resolve) => execFile('ignition-validate', [path], (error) => resolve(error === null)))
  }

  test('agrees on every config', async () => {
    const differing: string[] = []
    for (const [index, { text, onlyAtBoot }] of configCases.entries()) {
      const accepted = await isAccepted(text, `${index}.ign`)
      if (isBootable(checkConfig(Buffer.from(text))) !== (accepted && !onlyAtBoot)) differing.push(text)
    }
    expect(differing).toEqual([])
  })
})

import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { expect } from 'vitest'
import { accept, invite } from '../../../src-main/privileged/invitation.ts'
import { testWith } from '../../support/run/needs.ts'

testWith(['command:mkfifo'], 'an invitation is not waited for when a pipe lies at its place', async () => {
  const { path, withdraw } = await invite()
  try {
    await rm(path)
    execFileSync('mkfifo', ['-m', '600', path])
    await expect(accept(path, process.getuid!())).rejects.toThrow('no invitation')
  } finally {
    await withdraw()
  }
})

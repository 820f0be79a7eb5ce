import { execFile } from 'node:child_process'
import { PhraseError, say } from '../../src-shared/phrases.ts'
import { isMissingProgram } from '../files/missing-program.ts'

/**
 * Runs a program of the system without a shell, and returns its standard output.
 * @throws Error with the last line of its standard error; with `code` ENOENT if the program does
 * not exist
 */
export function runTool(program: string, ...args: string[]): Promise<string> {
  // Debian leaves the sbin directories out of the PATH of a user. partprobe, blkid and blockdev are
  // there.
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
  const env = process.platform === 'win32' ? process.env : { ...process.env, PATH: path, LC_ALL: 'C' }
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const complaint = stderr.trim().split('\n').at(-1)
      if (error === null) resolve(stdout)
      else if (isMissingProgram(error, program, env['PATH'])) reject(missingProgram(program))
      else reject(complaint ? new Error(complaint) : error)
    })
  })
}

const missingProgram = (program: string) =>
  Object.assign(new PhraseError(say('no-program', { program })), { code: 'ENOENT' })

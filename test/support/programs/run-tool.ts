import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { isMissingProgram } from '../../../src-main/files/missing-program.ts'

export interface ToolOptions {
  /** Bytes for stdin, or the path of a file. */
  input?: Uint8Array | string
  env?: Record<string, string>
}

/**
 * Runs a command and returns its stdout.
 * @throws Error with its stderr if it exits with a code other than 0 or is not installed
 */
export async function runTool(command: string, args: string[], { input, env }: ToolOptions = {}): Promise<Buffer> {
  const child = spawn(command, args, { env: { ...process.env, ...env } })
  const output: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => output.push(part))
  child.stderr.on('data', (part: Buffer) => errors.push(part))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) =>
      reject(isMissingProgram(error, command) ? new Error(`The command "${command}" is not installed`) : error),
    )
    child.on('close', resolve)
  })
  // A command that stops reading early gives the reason on stderr. EPIPE would only hide it.
  const fed =
    typeof input === 'string'
      ? pipeline(createReadStream(input), child.stdin).catch(() => {})
      : new Promise<void>((resolve) => {
          child.stdin.on('error', () => resolve())
          child.stdin.end(input, () => resolve())
        })
  const [code] = await Promise.all([ended, fed])
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${code}: ${Buffer.concat(errors)}`)
  return Buffer.concat(output)
}

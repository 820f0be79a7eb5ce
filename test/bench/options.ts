import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface BenchOptions {
  rounds: number
  /** MiB of the image that is made. */
  size: number
  /** An .xz of one's own to write instead, for example a published Fedora CoreOS. */
  image: string | null
  /** Where the figures go as JSON. */
  json: string | null
}

export const usage = `Usage: ./dev bench [--rounds N] [--size MIB | --image FILE.raw.xz] [--json FILE]

  --rounds N    how often each program writes the image (3)
  --size MIB    how large the image is that is made, once, and kept in the cache directory (1024)
  --image FILE  writes this .xz instead of a made one
  --json FILE   the figures of every run, too

Needs Linux and root for a loop device. The drive's file lies in TMPDIR.`

/** @returns null when help is wanted @throws with words for the person */
export function readOptions(args: string[]): BenchOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '3' },
      size: { type: 'string', default: '1024' },
      image: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return null
  return {
    rounds: readCount('--rounds', values.rounds),
    size: readCount('--size', values.size),
    image: values.image ? resolve(values.image) : null,
    json: values.json ? resolve(values.json) : null,
  }
}

function readCount(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${option} takes a whole number from 1 on, not "${text}"`)
  return Number(text)
}

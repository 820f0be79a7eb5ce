import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { figures, type FigureName } from './figures/index.ts'

export interface BenchOptions {
  only: FigureName[]
  rounds: number
  /** Sizes of the generated images in MiB. */
  sizes: number[]
  /** An .xz file to use instead, for example a published Fedora CoreOS. */
  image: string | null
  /** File for the results as JSON. */
  json: string | null
}

const names = Object.keys(figures) as FigureName[]
const sizesUnlessTold = ['1024', '2560']

export const usage = `Usage: ./dev bench [--only NAME[,NAME]] [--rounds N] [--size MIB | --image FILE.raw.xz] [--json FILE]

  --only NAMES  only these: ${names.join(', ')}
  --rounds N    how often each program does its work (3)
  --size MIB    how large the image is that is made, once, and kept in the cache directory;
                may be given several times (${sizesUnlessTold.join(' and ')})
  --image FILE  this .xz instead of made ones
  --json FILE   the figures of every run, too

Needs Linux and root for a loop device. The drive's file lies in TMPDIR.`

/**
 * Parses the options; returns null if help was requested.
 * @throws Error with a message for the user
 */
export function readOptions(args: string[]): BenchOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true, default: names },
      rounds: { type: 'string', default: '3' },
      size: { type: 'string', multiple: true, default: sizesUnlessTold },
      image: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return null
  return {
    only: values.only.flatMap((list) => list.split(',')).map(readName),
    rounds: readCount('--rounds', values.rounds),
    sizes: values.size.map((size) => readCount('--size', size)).toSorted((a, b) => a - b),
    image: values.image ? resolve(values.image) : null,
    json: values.json ? resolve(values.json) : null,
  }
}

function readName(text: string): FigureName {
  const name = names.find((name) => name === text)
  if (name === undefined) throw new Error(`--only takes ${names.join(', ')}, not "${text}"`)
  return name
}

function readCount(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${option} takes a whole number from 1 on, not "${text}"`)
  return Number(text)
}

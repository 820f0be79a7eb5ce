import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { hasCommand } from '../support/run/has-command.ts'

// This file is bundled into out/bench.mjs; paths start from there.
const out = import.meta.dirname
const scripts = resolve(out, '../test/bench')

/** Absolute paths, as environment variables for the commands of contenders. */
export const programs = {
  NODE: process.execPath,
  KINDLING: join(out, 'main/kindling.js'),
  DECODE: join(out, 'bench-decode.mjs'),
  ETCHER_WRITE: join(scripts, 'etcher-write.mjs'),
  FIRST_WRITE: join(scripts, 'first-write.mjs'),
  SERVE_FILES: join(scripts, 'serve-files.mjs'),
  OPEN_WINDOW: join(scripts, 'open-window.mjs'),
  FILTER_FRAMES: join(scripts, 'filter-frames.mjs'),
  IDLE_WINDOW: join(scripts, 'idle-window.mjs'),
  APP: resolve(out, '..'),
  EMPTY_APP: join(scripts, 'empty-window'),
}

/** Returns the first missing command or absolute path, or null if all exist. */
export function findMissing(...needed: string[]): string | null {
  return needed.find((each) => !(each.startsWith('/') ? existsSync(each) : hasCommand(each))) ?? null
}

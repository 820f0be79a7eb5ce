import { dirname } from 'node:path'
import { z } from 'zod'
import { makeDirectory } from './make-directory.ts'
import { readSmallFile, replaceFile } from './regular-file.ts'

export interface JsonListLimits {
  /** Maximum number of items that are stored and read. */
  mostItems: number
  /** Maximum size of the file, in bytes. */
  mostBytes: number
  /** Mode of the file; by default that of any new file. */
  mode?: number
}

/** A list in a small JSON file. It is replaced as a whole, atomically. */
export class JsonList<T> {
  readonly #path: string
  readonly #items: z.ZodType<T[]>
  readonly #limits: JsonListLimits

  constructor(path: string, item: z.ZodType<T>, limits: JsonListLimits) {
    this.#path = path
    this.#items = z.array(item).max(limits.mostItems)
    this.#limits = limits
  }

  /** Never fails: a file that is missing, unreadable or not such a list counts as empty. */
  async read(): Promise<T[]> {
    return this.readStrictly().catch(() => [])
  }

  /**
   * As `read`, but only a missing file counts as empty.
   * @throws the errors of the system and of the schema
   */
  async readStrictly(): Promise<T[]> {
    try {
      const bytes = await readSmallFile(this.#path, this.#limits.mostBytes)
      return this.#items.parse(JSON.parse(bytes.toString('utf8')))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  /**
   * Changes the list. Items beyond the limit are dropped from its end. If two processes change it
   * at the same moment, one change is lost.
   * @throws the errors of the system
   */
  async change(edit: (items: T[]) => T[]): Promise<void> {
    await this.replace(edit(await this.read()).slice(0, this.#limits.mostItems))
  }

  /** @throws the errors of the system */
  async replace(items: T[]): Promise<void> {
    await makeDirectory(dirname(this.#path))
    await replaceFile(this.#path, `${JSON.stringify(items)}\n`, this.#limits.mode)
  }
}

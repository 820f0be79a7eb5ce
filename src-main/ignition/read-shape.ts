import { createProblem, type Place, type Problem, type ProblemCode, type ProblemValues } from './problem.ts'
import { nameInButane, type DataOf, type ListShape, type RecordShape, type Shape } from './shapes.ts'
import type { MapNode, Node, ScalarNode } from './source-tree.ts'

/** Language and version of a config. */
export interface Dialect {
  /** Minor version of Ignition's spec 3. */
  spec: number
  /** Minor version of Butane's fcos 1; null for a config in JSON. */
  butane: number | null
}

interface Spot {
  place: Place
  path: Problem['path']
}

/** Remembers where the objects and lists of a config stand in its text. */
export class Places {
  readonly #spots = new WeakMap<object, { own: Spot; parts: Map<string | number, Spot> }>()

  set(object: object, own: Spot, parts = new Map<string | number, Spot>()): void {
    this.#spots.set(object, { own, parts })
  }

  /** Gives an object that was made from another one the places of that one. */
  copy(from: object, to: object): void {
    const spots = this.#spots.get(from)
    if (spots) this.#spots.set(to, spots)
  }

  /** Creates a problem of a part of an object, or of the object. */
  problem(code: ProblemCode, object: object, part?: string | number, values?: ProblemValues): Problem {
    const spots = this.#spots.get(object)
    const spot = (part === undefined ? undefined : spots?.parts.get(part)) ?? spots?.own
    return createProblem(code, spot?.place ?? null, spot?.path ?? [], values)
  }
}

/**
 * Reads the data of a shape. Unknown keys are reported and left out, and so are values of a wrong
 * type; null counts as absent, as in Go.
 */
export function readShape<S extends Shape>(
  shape: S,
  node: Node,
  dialect: Dialect,
  places: Places,
  report: (problem: Problem) => void,
): DataOf<S> | undefined {
  return new ShapeReader(dialect, places, report).read(shape, node, []) as DataOf<S> | undefined
}

class ShapeReader {
  readonly #dialect: Dialect
  readonly #places: Places
  readonly #report: (problem: Problem) => void

  constructor(dialect: Dialect, places: Places, report: (problem: Problem) => void) {
    this.#dialect = dialect
    this.#places = places
    this.#report = report
  }

  read(shape: Shape, node: Node, path: Problem['path']): unknown {
    if (node.kind === 'scalar' && node.plain && node.value === null) return undefined
    switch (shape.kind) {
      case 'record':
        return node.kind === 'map' ? this.#readRecord(shape, node, path) : this.#wrong(node, path, 'an object')
      case 'list':
        return node.kind === 'list' ? this.#readList(shape, node, path) : this.#wrong(node, path, 'a list')
      case 'text': {
        const text = node.kind === 'scalar' ? readText(node, this.#dialect) : undefined
        return text ?? this.#wrong(node, path, 'a string')
      }
      case 'integer': {
        const number = node.kind === 'scalar' ? readInteger(node, this.#dialect) : undefined
        if (number === undefined) return this.#wrong(node, path, 'a whole number')
        if (Number.isSafeInteger(number)) return number
        return this.#report(createProblem('number-out-of-range', node.place, path, { found: describe(node) }))
      }
      case 'flag': {
        const flag = node.kind === 'scalar' ? readFlag(node, this.#dialect) : undefined
        return flag ?? this.#wrong(node, path, 'true or false')
      }
    }
  }

  #readList(shape: ListShape, node: Extract<Node, { kind: 'list' }>, path: Problem['path']): unknown[] {
    const items: unknown[] = []
    const parts = new Map<string | number, Spot>()
    node.items.forEach((item, index) => {
      const value = this.read(shape.item, item, [...path, index])
      if (value === undefined) return
      parts.set(items.length, { place: item.place, path: [...path, index] })
      items.push(value)
    })
    this.#places.set(items, { place: node.place, path }, parts)
    return items
  }

  #readRecord(shape: RecordShape, node: MapNode, path: Problem['path']): object {
    const data: Record<string, unknown> = {}
    const parts = new Map<string | number, Spot>()
    const spell = this.#dialect.butane === null ? (name: string) => name : nameInButane
    const names = new Map(Object.keys(shape.fields).map((name) => [spell(name), name]))
    const seen = new Set<string>()
    for (const { key, place, value } of node.entries) {
      const exact = names.get(key)
      const alike =
        exact ?? (this.#dialect.butane === null ? findAlike(names, key, (name) => name.toLowerCase()) : undefined)
      const field = alike === undefined ? undefined : shape.fields[alike]
      const here = [...path, key]
      if (alike === undefined || field === undefined || !exists(field, this.#dialect)) {
        this.#report(this.#unusedKey(field, key, place, here, names))
        continue
      }
      if (exact === undefined) this.#report(createProblem('key-case', place, here, { key, meant: alike }))
      if (seen.has(alike)) this.#report(createProblem('key-twice', place, here, { key }))
      seen.add(alike)
      const datum = this.read(field, value, here)
      parts.set(alike, { place: value.place, path: here })
      if (datum === undefined) delete data[alike]
      else data[alike] = datum
    }
    this.#places.set(data, { place: node.place, path }, parts)
    return data
  }

  #unusedKey(
    field: Shape | undefined,
    key: string,
    place: Place,
    path: Problem['path'],
    names: Map<string, string>,
  ): Problem {
    if (field !== undefined && !field.onlyIgnition && (this.#dialect.butane !== null || field.butane === undefined))
      return createProblem('unused-key-later', place, path, { key, since: this.#versionOf(field) })
    const meant = findAlike(names, key, (name) => name.toLowerCase().replaceAll(/[_-]/g, ''))
    if (meant === undefined || field !== undefined) return createProblem('unused-key', place, path, { key })
    const spelled = this.#dialect.butane === null ? meant : nameInButane(meant)
    return createProblem('unused-key-meant', place, path, { key, meant: spelled })
  }

  #versionOf({ since = 0, butane }: Shape): string {
    if (this.#dialect.butane === null) return `3.${since}.0`
    return `1.${butane ?? firstButane.findIndex((spec) => spec >= since)}.0`
  }

  #wrong(at: Node, path: Problem['path'], wanted: string): void {
    this.#report(createProblem('wrong-type', at.place, path, { wanted, found: describe(at) }))
  }
}

/** Ignition's minor version of each minor version of Butane's fcos 1. */
export const firstButane = [0, 1, 2, 2, 3, 4, 5, 6]

/** Returns whether a field exists in a dialect. */
function exists({ since = 0, butane, onlyIgnition }: Shape, dialect: Dialect): boolean {
  if (dialect.butane === null) return butane === undefined && since <= dialect.spec
  return !onlyIgnition && (butane === undefined ? since <= dialect.spec : butane <= dialect.butane)
}

function findAlike(names: Map<string, string>, key: string, reduce: (name: string) => string): string | undefined {
  const reduced = reduce(key)
  for (const [spelled, name] of names) if (reduce(spelled) === reduced) return name
  return undefined
}

/** In YAML, go-yaml makes a string of any scalar. */
function readText({ value, text, plain }: ScalarNode, { butane }: Dialect): string | undefined {
  return butane !== null || !plain || typeof value === 'string' ? text : undefined
}

/** In YAML, go-yaml reads octal numbers in both notations, and the prefixes of other bases. */
function readInteger({ text, plain }: ScalarNode, { butane }: Dialect): number | undefined {
  if (!plain) return undefined
  if (butane === null) return /^-?(?:0|[1-9]\d*)$/.test(text) ? Number(text) : undefined
  const [, sign, digits] = /^([-+]?)(0o?[0-7]+|0x[\da-f]+|0b[01]+|0|[1-9]\d*)$/i.exec(text.replaceAll('_', '')) ?? []
  if (digits === undefined) return undefined
  const number = Number(digits.replace(/^0(?=\d)/, '0o'))
  return sign === '-' ? -number : number
}

/** In YAML, go-yaml reads the flags of YAML 1.1, too. */
function readFlag({ value, text, plain }: ScalarNode, { butane }: Dialect): boolean | undefined {
  if (!plain) return undefined
  if (typeof value === 'boolean') return value
  if (butane === null || !/^(?:y|yes|on|n|no|off)$/i.test(text)) return undefined
  return /^(?:y|yes|on)$/i.test(text)
}

/** Returns the type of a node for display, with its value if it is short. */
function describe(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'an object' : 'a list'
  const shown = node.text.length > 40 ? `${node.text.slice(0, 40)}…` : node.text
  return node.plain && typeof node.value !== 'string' ? shown : `the string ${JSON.stringify(shown)}`
}

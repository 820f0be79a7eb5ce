import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import { findSyntaxError } from './find-syntax-error.ts'
import { createProblem, type Place, type Problem } from './problem.ts'

/** Part of a parsed text, with its place. JSON and YAML become the same tree. */
export type Node = MapNode | ListNode | ScalarNode

export interface MapNode {
  kind: 'map'
  place: Place
  entries: { key: string; place: Place; value: Node }[]
}

export interface ListNode {
  kind: 'list'
  place: Place
  items: Node[]
}

export interface ScalarNode {
  kind: 'scalar'
  place: Place
  /** The characters of a plain scalar, or the value of a quoted one. */
  text: string
  value: string | number | boolean | null
  /** Whether it is written without quotes. Only then it can be another type than a string. */
  plain: boolean
}

export type Parsed = { node: Node; problem: null } | { node: null; problem: Problem }

/** Maximum nesting, and maximum number of nodes once all aliases are resolved. */
const maxDepth = 100
const maxNodes = 100_000

/** Parses JSON (RFC 8259). YAML 1.2 contains it, so that the same parser finds the places. */
export function parseJson(text: string): Parsed {
  const offset = findSyntaxError(text)
  if (offset !== null) return { node: null, problem: createProblem('syntax-json', placeIn(text, offset)) }
  const lines = new LineCounter()
  // In JSON it is a blank wherever it stands, and the parser takes it for a part of a word.
  const source = text.replaceAll('\r', ' ')
  return build(parseDocument(source, { lineCounter: lines, uniqueKeys: false, strict: false }), lines)
}

/** Parses the first document of a YAML text. Resolves aliases and merge keys, as Butane does. */
export function parseYaml(text: string): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error === undefined) return build(document, lines)
  const { line, col } = lines.linePos(error.pos[0])
  return { node: null, problem: createProblem('syntax-yaml', { line, column: col }, [], { reason: error.message }) }
}

function placeIn(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split('\n')
  return { line: lines.length, column: lines.at(-1)!.length + 1 }
}

class TooDeepError extends Error {
  readonly place: Place

  constructor(place: Place) {
    super('too deep')
    this.place = place
  }
}

function build(document: Document.Parsed, lines: LineCounter): Parsed {
  let count = 0
  const placeOf = (node: unknown): Place => {
    const { line, col } = lines.linePos((node as { range?: [number] | null } | null)?.range?.[0] ?? 0)
    return { line, column: col }
  }

  function convert(node: unknown, depth: number): Node {
    const place = placeOf(node)
    if (depth > maxDepth || ++count > maxNodes) throw new TooDeepError(place)
    if (isAlias(node)) return { ...convert(node.resolve(document), depth + 1), place }
    if (isMap(node)) {
      const own: MapNode['entries'] = []
      const merged: MapNode['entries'] = []
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? scalar(key) : null
        const converted = convert(value, depth + 1)
        if (name?.plain && name.text === '<<') merged.push(...entriesOf(converted))
        else own.push({ key: name?.text ?? '', place: placeOf(key), value: converted })
      }
      const has = new Set(own.map(({ key }) => key))
      return { kind: 'map', place, entries: [...merged.filter(({ key }) => !has.has(key)), ...own] }
    }
    if (isSeq(node)) return { kind: 'list', place, items: node.items.map((item) => convert(item, depth + 1)) }
    return isScalar(node) ? scalar(node) : { kind: 'scalar', place, text: '', value: null, plain: true }
  }

  function scalar(node: { value: unknown; source?: string; type?: string }): ScalarNode {
    const plain = node.type === 'PLAIN'
    const value = node.value as ScalarNode['value']
    return { kind: 'scalar', place: placeOf(node), text: plain ? (node.source ?? '') : String(value), value, plain }
  }

  try {
    return { node: convert(document.contents, 0), problem: null }
  } catch (error) {
    if (error instanceof TooDeepError) return { node: null, problem: createProblem('too-deep', error.place) }
    throw error
  }
}

const entriesOf = (node: Node): MapNode['entries'] => {
  if (node.kind === 'map') return node.entries
  return node.kind === 'list' ? node.items.flatMap(entriesOf) : []
}

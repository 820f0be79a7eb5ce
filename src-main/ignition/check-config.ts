import { createProblem, isError, type Problem } from './problem.ts'
import { Places, readShape } from './read-shape.ts'
import { recognize } from './recognize.ts'
import { shapes } from './shapes.ts'
import { parseJson, type Node } from './source-tree.ts'
import { nameSpec, newestSpec, safeSpec, specsOf } from './spec-versions.ts'
import { validate } from './validate.ts'
import { letsSomebodyIn, usersWithKey } from './who-logs-in.ts'

/** Result of checking a config. */
export interface Check {
  /** Version that the config states, or null. */
  version: string | null
  /** In the order of the text. The machine would stop at its first boot if one is an error. */
  problems: Problem[]
  /** Names of the users who have an SSH key. */
  users: string[]
}

/**
 * Checks an Ignition config: its text, its version, its types and its values.
 * @param release – release of Fedora CoreOS that shall accept it, or null
 */
export function checkConfig(bytes: Uint8Array, release: string | null = null): Check {
  const { text, problem: stranger } = recognize(bytes, 'ignition')
  if (text === null) return { version: null, problems: [stranger], users: [] }
  const { node, problem } = parseJson(text)
  if (node === null) return { version: null, problems: [problem], users: [] }
  const { version, spec, problems } = readVersion(node, release)
  if (spec === null) return { version, problems, users: [] }

  const places = new Places()
  let users: string[] = []
  const config = readShape(shapes.config, node, { spec, butane: null }, places, (each) => problems.push(each))
  if (config && !problems.some(({ code }) => code === 'wrong-type')) {
    problems.push(...validate(config, spec, places))
    if (!letsSomebodyIn(config)) problems.push(createProblem('no-login'))
    users = usersWithKey(config)
  }
  return { version, problems: problems.toSorted(inTextOrder), users }
}

export const isBootable = ({ problems }: Check): boolean => !problems.some(isError)

const inTextOrder = (a: Problem, b: Problem): number =>
  (a.place?.line ?? Infinity) - (b.place?.line ?? Infinity) || (a.place?.column ?? 0) - (b.place?.column ?? 0) || 0

interface VersionReading {
  version: string | null
  /** Minor version of spec 3, if it is a known one. */
  spec: number | null
  problems: Problem[]
}

function readVersion(node: Node, release: string | null): VersionReading {
  if (node.kind !== 'map') {
    const found = node.kind === 'list' ? 'a list' : node.text.slice(0, 40)
    return { version: null, spec: null, problems: [createProblem('not-an-object', node.place, [], { found })] }
  }
  const has = (name: string) => node.entries.some(({ key }) => key === name)
  const refuse = (...problem: Parameters<typeof createProblem>): VersionReading => ({
    version: null,
    spec: null,
    problems: [createProblem(...problem)],
  })
  if (has('apiVersion') && has('kind')) return refuse('machine-config', node.place)
  if (has('variant') && has('version')) return refuse('butane-config', node.place)
  const ignition = entryOf(node, 'ignition')
  const stated = ignition && entryOf(ignition, 'version')
  if (stated?.kind !== 'scalar' || typeof stated.value !== 'string') {
    const values = { key: 'ignition.version', example: nameSpec(safeSpec) }
    return refuse('version-missing', (stated ?? ignition ?? node).place, [], values)
  }
  const version = stated.value
  const path = ['ignition', 'version']
  const state = (problem: Problem | null, spec: number | null): VersionReading => ({
    version,
    spec,
    problems: problem === null ? [] : [problem],
  })
  const [, minor] = /^3\.(\d)\.0$/.exec(version) ?? []
  if (minor === undefined || Number(minor) > newestSpec) {
    const code = /^[12]\.\d/.test(version)
      ? 'version-of-old-ignition'
      : version.endsWith('-experimental')
        ? 'version-experimental'
        : 'version-not-known'
    return state(createProblem(code, stated.place, path, { version }), null)
  }
  const spec = Number(minor)
  const accepted = release === null ? null : specsOf(release)
  if (accepted === null || spec <= accepted.certain) return state(null, spec)
  const values = { release: release!, version, most: nameSpec(accepted.certain) }
  const code = spec <= accepted.possible ? 'version-perhaps-too-new' : 'version-too-new'
  return state(createProblem(code, stated.place, path, values), spec)
}

/** Returns the value of a key; as in Go, its case does not count. */
const entryOf = (node: Node, name: string): Node | undefined =>
  node.kind === 'map' ? node.entries.findLast(({ key }) => key.toLowerCase() === name)?.value : undefined

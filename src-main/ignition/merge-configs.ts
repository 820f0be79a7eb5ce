import { listKeyOf, type DataOf, type ListShape, type RecordShape } from './shapes.ts'

/**
 * Merges a child into a parent as Ignition does (`config/merge`): values of the child win, items
 * with the same key are merged at the parent's place, other items follow. Lists that may repeat
 * items are joined.
 */
export function mergeConfigs<S extends RecordShape>(shape: S, parent: DataOf<S>, child: DataOf<S>): DataOf<S> {
  return mergeRecords(shape, parent as Data, child as Data) as DataOf<S>
}

type Data = Record<string, unknown>

function mergeRecords(shape: RecordShape, parent: Data, child: Data): Data {
  const merged: Data = { ...parent }
  for (const [name, value] of Object.entries(child)) {
    const field = shape.fields[name]!
    const before = parent[name]
    if (before === undefined) merged[name] = value
    else if (field.kind === 'record') merged[name] = mergeRecords(field, before as Data, value as Data)
    else if (field.kind === 'list') merged[name] = mergeLists(field, before as unknown[], value as unknown[])
    else merged[name] = value
  }
  return merged
}

function mergeLists({ item: shape, repeats }: ListShape, parent: unknown[], child: unknown[]): unknown[] {
  if (repeats) return [...parent, ...child]
  const rest = new Map(child.map((item, index) => [listKeyOf(shape, item) ?? index, item]))
  const merged = parent.map((item) => {
    const key = listKeyOf(shape, item)
    if (key === null || !rest.has(key)) return item
    const other = rest.get(key)
    rest.delete(key)
    return shape.kind === 'record' ? mergeRecords(shape, item as Data, other as Data) : other
  })
  return [...merged, ...rest.values()]
}

import { plain } from '../../../src-shared/plain.ts'

/** Formats a table. Each column is as wide as its widest cell; the last one is not padded. */
export function drawTable(head: string[], cells: string[][]): string {
  const rows = cells.map((row) => row.map((cell) => plain(cell)))
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

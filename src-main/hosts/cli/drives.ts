import type { Drive } from '../../../src-shared/drive.ts'
import { formatBytes } from '../../../src-shared/units.ts'
import { unwrap, type Surface } from './command.ts'
import { drawTable } from './draw-table.ts'

/** Lists the drives that can be written; with `all`, also the others and the reasons. */
export async function listDrives({ api, output }: Surface, options: { all?: boolean }): Promise<number> {
  const drives = unwrap(await api.drives({}))
  const shown = options.all ? drives : drives.filter(({ refusals }) => refusals.length === 0)
  output.event({ event: 'done', drives: shown })
  const hidden = drives.length - shown.length
  output.print(
    shown.length === 0
      ? 'No drive that can be written.'
      : drawTable(
          ['DEVICE', 'NAME', 'SIZE', 'BUS', options.all ? 'CONTENT, OR WHY NOT' : 'CONTENT'],
          shown.map((drive) => [
            drive.identity.device,
            drive.name,
            formatBytes(drive.identity.size),
            drive.bus ?? '',
            drive.refusals.map(({ title }) => title).join('; ') || listContents(drive),
          ]),
        ),
  )
  if (hidden > 0) output.note(`${hidden} more cannot be written: see --all.`)
  return 0
}

/** Describes the content of a drive in one line. */
export function listContents({ contents }: Drive): string {
  if (contents.length === 0) return 'empty'
  return contents
    .map(({ device, size, label, fileSystem, mountpoints }) =>
      [
        label === null ? device : `"${label}"`,
        formatBytes(size),
        fileSystem,
        mountpoints.length > 0 ? `mounted at ${mountpoints.join(', ')}` : null,
      ]
        .filter((part) => part !== null)
        .join(' '),
    )
    .join('; ')
}

import type { FirstBootShown } from '../../../src-shared/first-boot.ts'
import { plain } from '../../../src-shared/plain.ts'
import { formatExactBytes, groupHash } from '../../../src-shared/units.ts'
import { unwrap, type Surface } from './command.ts'

/** Shows what a drive will do at its first boot. */
export async function printFirstBoot({ api, output }: Surface, drive: string): Promise<number> {
  const shown = unwrap(await api.firstBoot({ drive }))
  output.event({ event: 'done', ...shown })
  output.print(describe(shown))
  return 0
}

function describe({ drive, live, pending, installsOn, config, ...boot }: FirstBootShown): string {
  const { kernelArguments, platform, firstbootArgs, keyfiles } = boot
  const rows: [string, string | null][] = [
    ['first boot', live ? 'at every start' : pending ? 'still to come' : 'over: the config is not read again'],
    ['installs on', installsOn && `${installsOn}, by itself`],
    ['config', config ? `${groupHash(config.sha256)}, ${formatExactBytes(config.size)}` : 'none'],
    ['platform', platform],
    ['kernel arguments', kernelArguments],
    ['at the first boot', firstbootArgs],
    ['connections', keyfiles.length > 0 ? keyfiles.join(', ') : 'none'],
  ]
  return [
    plain(drive.device),
    ...rows.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(17)}  ${plain(value, 8192)}`])),
  ].join('\n')
}

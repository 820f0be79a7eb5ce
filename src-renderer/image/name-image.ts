import type { Artifact } from '../../src-shared/artifact.ts'
import { t } from '../words/index.ts'
import { wordFormat } from './describe-format.ts'

/** Returns the name of a stream's image as the window shows it. */
export const nameImage = ({
  stream,
  release,
  architecture,
  format,
}: Pick<Artifact, 'stream' | 'architecture' | 'format'> & { release: string | null }): string =>
  t('sentence.stream', {
    stream: release === null ? stream : `${stream} ${release}`,
    architecture,
    format: wordFormat(format),
  })

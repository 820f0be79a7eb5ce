import type { Artifact } from '../../src-shared/artifact.ts'
import { t } from '../words/index.ts'

/** What a stream's image is called in the window. */
export const nameImage = ({
  stream,
  release,
  architecture,
  format,
}: Pick<Artifact, 'stream' | 'architecture' | 'format'> & { release: string | null }): string =>
  t('sentence.stream', { stream: release === null ? stream : `${stream} ${release}`, architecture, format })

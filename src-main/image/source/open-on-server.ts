import { KindlingError } from '../../../src-shared/failure.ts'
import { showUrl } from '../../net/http.ts'
import { openHttpSource, type DownloadPorts } from './http-source.ts'
import { requestAs } from './request-as.ts'
import type { ServerSource, SourcePlan } from './source.ts'

const removedStatuses = new Set([403, 404, 410])

/**
 * Opens an image on its server.
 * @throws release-pruned if the server has removed the file of an older release; otherwise as
 *   `openHttpSource`
 */
export async function openOnServer(ports: DownloadPorts, plan: SourcePlan, signal: AbortSignal): Promise<ServerSource> {
  try {
    return await openHttpSource({ ...ports, http: requestAs(ports.http, plan) }, plan.location, plan, signal)
  } catch (error) {
    const { older, location } = plan
    if (!older || !(error instanceof KindlingError) || !removedStatuses.has(Number(error.details['status'])))
      throw error
    throw new KindlingError('release-pruned', { release: older.release, url: showUrl(location) }, { cause: error })
  }
}

import type { Http } from '../../net/http.ts'
import type { SourcePlan } from './source.ts'

/**
 * Returns an `Http` that marks every request with the server that named the URLs of a plan. A
 * public server can thus not direct Kindling to an address in a private network.
 */
export const requestAs =
  (http: Http, { referrer }: Pick<SourcePlan, 'referrer'>): Http =>
  (request) =>
    http({ referrer, ...request })

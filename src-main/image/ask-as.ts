import type { Http } from '../http.ts'
import type { SourcePlan } from './source.ts'

/** Requests for the addresses of a plan, which say whose words they are. */
export const askAs =
  (http: Http, { namedBy }: Pick<SourcePlan, 'namedBy'>): Http =>
  (request) =>
    http({ namedBy, ...request })

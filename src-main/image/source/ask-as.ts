import type { Http } from '../../net/http.ts'
import type { SourcePlan } from '../source.ts'

/** An `Http` that names, with every request, the server that gave the addresses of a plan. */
export const askAs =
  (http: Http, { namedBy }: Pick<SourcePlan, 'namedBy'>): Http =>
  (request) =>
    http({ namedBy, ...request })

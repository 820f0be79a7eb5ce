import api from 'undici/lib/api/index.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'

// The parts of undici that Kindling uses, each imported from its own file. The package's index also
// loads a browser's fetch, WebSockets, caches and mocks, and takes three times as long. The build
// bundles these files, so the build fails if another version moves one of them.

// undici's index does the same. Requests and the tunnels of proxies are methods of `Dispatcher`.
Object.assign(Dispatcher.prototype, api)

export { default as buildConnector } from 'undici/lib/core/connect.js'
export { default as Agent } from 'undici/lib/dispatcher/agent.js'

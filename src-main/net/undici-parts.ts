import api from 'undici/lib/api/index.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'

// What Kindling uses of undici, each from its own file: the package's index loads a browser's fetch, WebSockets, caches and mocks
// as well, and takes three times as long. The build puts them into the bundle, so one that moves in another version fails the build.

// As the index does: requests, and the tunnels of proxies, are these.
Object.assign(Dispatcher.prototype, api)

export { default as buildConnector } from 'undici/lib/core/connect.js'
export { default as Agent } from 'undici/lib/dispatcher/agent.js'

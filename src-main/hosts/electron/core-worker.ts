import { parentPort } from 'node:worker_threads'
import type { News } from '../../../src-shared/api.ts'
import type { Result } from '../../../src-shared/result.ts'
import { usualStream } from '../../../src-shared/usual-stream.ts'
import { createApp } from '../../app.ts'
import { createPorts } from '../../create-ports.ts'
import { createLog } from '../../log/create-log.ts'
import { keepLog } from '../../log/keep-log.ts'
import { thisElevation } from '../../privileged/elevation.ts'
import type { Line, ToCore } from './core-thread.ts'
import { createDoor } from './door.ts'
import { readAhead } from './read-ahead.ts'
import { openTwoWay } from './two-way.ts'
import { createWindowCalls } from './window-calls.ts'

// All that stands behind the page, in a thread of its own: the core, its log, and the door to both.

if (parentPort === null) throw new Error('core-worker runs as a worker thread')
const ports = createPorts(thisElevation('window', import.meta.dirname))
const log = createLog({ directory: ports.paths.state, version: ports.version, environment: process.env })
process.on('uncaughtExceptionMonitor', (error) => log.addError(error))
// Of a promise that nobody waited for nothing else depends.
process.on('unhandledRejection', (error) => log.addError(error))

const core = keepLog(createApp(ports, log.addError), log)
const { api, known } = readAhead(core, usualStream)

const way = openTwoWay<News, Line>(
  parentPort,
  async (_, question) => {
    const { name, args, ...from } = question as ToCore
    if (from.of === 'page') return door(from.sender, name, args)
    return (api[name as keyof typeof api] as (args: unknown) => Promise<Result<unknown>>)(args)
  },
  ({ event, facts }) => log.add(event, facts),
)

let unlisten = () => {}
const listen = () => {
  unlisten()
  unlisten = api.subscribe(way.tell, ['drives'])
}
const door = createDoor(api, createWindowCalls({ api, ask: way.ask, log, known, listen }))
api.subscribe(way.tell, ['job', 'settings'])

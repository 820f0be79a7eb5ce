import { parentPort } from 'node:worker_threads'
import { createApp } from '../../app.ts'
import { createPorts } from '../../create-ports.ts'
const W = (n: string) => process.stderr.write(`T ${Date.now()} W ${n}\n`)
W('loaded')
const api = createApp(createPorts({ ways: [], program: [] }))
const [settings, surroundings, catalog] = await Promise.all([
  api.settings({}),
  api.surroundings({}),
  api.catalog({ stream: 'stable' }),
])
W('all')
parentPort!.postMessage({ settings, surroundings, catalog })
setInterval(() => {}, 100000)

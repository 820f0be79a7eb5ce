import { mkdir, readdir, readFile } from 'node:fs/promises'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import type { HostileWorld } from '../hostile-world.ts'
import { answerWith, startRawServer } from '../raw-server.ts'
import type { Tampering } from '../tampering.ts'

/**
 * Downloads from a URL with a given ending into an empty directory, and returns the files that
 * exist then.
 */
async function download(world: HostileWorld, end: string, headers: string[] = []): Promise<string[]> {
  const above = world.path('above')
  const directory = `${above}/downloads`
  await mkdir(directory, { recursive: true })
  const server = await startRawServer((socket, request) =>
    socket.end(
      /\.(sig|asc|gpg)/.test(request) ? answerWith('404 Not Found', []) : answerWith('200 OK', headers, 'an image'),
    ),
  )
  try {
    const image = { kind: 'url' as const, url: `${server.url}${end}` }
    const source = { image, insecure: true, fetchRetries: 0 }
    const events = await runJobHere(await world.ports(), { job: 'download', source, directory })
    if (events.at(-1)?.event !== 'done') throw new Error(JSON.stringify(events.at(-1)))
    const [beside, inside] = await Promise.all([readdir(above), readdir(directory)])
    if (beside.length !== 1) throw new Error(`It left the directory: ${beside.join()}`)
    if ((await readFile(`${directory}/${inside[0]}`, 'utf8')) !== 'an image') throw new Error('other bytes')
    return inside
  } finally {
    await server.close()
  }
}

/**
 * Checks the file name that a URL results in.
 * @param name – the required file name
 */
const named = (end: string, name: string, what = end): Tampering => ({
  what: `that an address ends with: ${what}`,
  async meet(world) {
    const found = await download(world, end)
    if (found.join() !== name) throw new Error(`It is called ${JSON.stringify(found)}`)
  },
  code: null,
})

export const fileNames: Tampering[] = [
  named('a/..%2f..%2f..%2fetc%2fcron.d%2fjob', '__.._.._etc_cron.d_job'),
  named('..%5c..%5csystem32.raw', '__.._system32.raw'),
  named('%2e%2e%2f', '__'),
  named('image%00.raw', 'image_.raw'),
  named('C:%5cboot.ini', 'C__boot.ini'),
  named('image.raw:stream', 'image.raw_stream'),
  named('CON.raw', '_CON.raw'),
  named('com1', '_com1'),
  named('nul.raw', '_nul.raw'),
  named('.bashrc', '_bashrc'),
  named('-rf', '_rf'),
  named('~root', '_root'),
  named('image.raw.%20.', 'image.raw_'),
  named('%1b%5b2Jimage%0a.raw', '_[2Jimage_.raw'),
  named('image%e2%80%aezx.war', 'image_zx.war', 'a mark that turns the direction of writing'),
  named('image%e2%80%8b.raw', 'image_.raw', 'a space without width'),
  named('%ff%fe.raw', '%ff%fe.raw', 'bytes that are no text'),
  named(`${'x'.repeat(1000)}.raw`, `${'x'.repeat(156)}.raw`, 'a name of a thousand characters'),
  named(`${'%f0%9f%90%9f'.repeat(100)}.raw`, `${'🐟'.repeat(39)}.raw`, 'a name of a hundred fish'),
  {
    what: 'that Content-Disposition says',
    async meet(world) {
      const header = 'content-disposition: attachment; filename="../../evil"'
      const found = await download(world, 'image.raw', [header])
      if (found.join() !== 'image.raw') throw new Error(found.join())
    },
    code: null,
  },
]

// Serves iPXE as matchbox does, from a folder of its data: `node serve-matchbox.mjs FOLDER PORT`.
// https://matchbox.psdn.io/api-http/, https://matchbox.psdn.io/matchbox/
import { readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const [folder, port] = process.argv.slice(2)
const read = (...names) => JSON.parse(readFileSync(join(folder, ...names), 'utf8'))

/** Answers that a path has. A group matches a machine that has all its labels. */
function answer({ pathname, searchParams }) {
  if (pathname === '/boot.ipxe')
    return '#!ipxe\nchain ipxe?uuid=${uuid}&mac=${mac:hexhyp}&domain=${domain}&hostname=${hostname}&serial=${serial}\n'
  if (pathname === '/ipxe') {
    const groups = readdirSync(join(folder, 'groups')).map((name) => read('groups', name))
    const group = groups.find(({ selector }) =>
      Object.entries(selector ?? {}).every(([key, value]) => searchParams.get(key) === value),
    )
    const { boot } = read('profiles', `${group.profile}.json`)
    const lines = [['kernel', boot.kernel, ...boot.args], ...boot.initrd.map((each) => ['initrd', each])]
    return ['#!ipxe', ...lines.map((words) => words.join(' ')), 'boot', ''].join('\n')
  }
  if (pathname.startsWith('/assets/')) return readFileSync(join(folder, decodeURIComponent(pathname)))
  throw new Error(`nothing is served at ${pathname}`)
}

createServer((request, response) => {
  try {
    const body = answer(new URL(request.url, 'http://matchbox'))
    response.writeHead(200, { 'content-length': Buffer.byteLength(body) }).end(body)
  } catch (error) {
    console.error(`${request.url}: ${error.message}`)
    response.writeHead(404).end()
  }
}).listen(Number(port))

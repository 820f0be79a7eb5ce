import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const assets = resolve(import.meta.dirname, '../assets')
const names = readdirSync(join(assets, 'icons'))

test('there is an icon of every size that Linux wants, each of the size that it is named for', () => {
  const sizes = names.map((name) => {
    const png = readFileSync(join(assets, 'icons', name))
    expect(png.subarray(1, 4).toString(), name).toBe('PNG')
    // The IHDR chunk comes first: width and height (PNG specification, section 11.2.2).
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
    expect(name).toBe(`${width}x${height}.png`)
    return width
  })
  expect(sizes.toSorted((a, b) => a - b)).toEqual([16, 24, 32, 48, 64, 128, 256, 512])
})

test('all icons together are small enough to keep beside their source', () => {
  expect(names.reduce((sum, name) => sum + statSync(join(assets, 'icons', name)).size, 0)).toBeLessThan(100_000)
})

test('the window’s mark is the one of the icon', () => {
  const [icon, mark] = ['icon.svg', '../src-renderer/parts/Mark.svelte'].map((file) =>
    readFileSync(join(assets, file), 'utf8'),
  )
  for (const [, path] of icon!.matchAll(/\sd="([^"]+)"/g)) expect(mark).toContain(`d="${path}"`)
})

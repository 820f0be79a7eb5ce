import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Colour = [lightness: number, chroma: number, hue: number]

const css = readFileSync(new URL('../../src-renderer/styles/tokens.css', import.meta.url), 'utf8')
const [lightCss, darkCss] = css.split('prefers-color-scheme: dark') as [string, string]
const light = coloursIn(lightCss)
const dark = { ...light, ...coloursIn(darkCss) }

/** Text of 15 px and 13 px on its background: WCAG 2.2, 1.4.3. */
const text = [
  ...['ground', 'surface', 'raised', 'hover', 'chosen', 'ember-wash', 'failed-wash'].map((ground) => ['ink', ground]),
  ...['ground', 'surface', 'raised', 'hover', 'chosen', 'ember-wash', 'failed-wash'].map((ground) => ['soft', ground]),
  ...['ground', 'surface', 'ember-wash'].map((ground) => ['ember-ink', ground]),
  ...['ground', 'surface', 'raised', 'chosen', 'failed-wash'].map((ground) => ['failed', ground]),
  ['on-ember', 'ember'],
  ['on-ember', 'ember-hover'],
  ['on-ink', 'ink'],
] as [string, string][]

/** Graphics that users must see to use or understand the page: WCAG 2.2, 1.4.11. */
const shapes = [
  ['edge', 'ground'],
  ['edge', 'surface'],
  ['edge', 'raised'],
  ['ember', 'ground'],
  ['ember', 'line'],
  ['ink', 'line'],
  ['proved', 'ground'],
  ['surface', 'proved'],
  ['surface', 'failed'],
  ['surface', 'ember'],
] as [string, string][]

for (const [scheme, colours] of Object.entries({ light, dark })) {
  test.each(text)(`${scheme}: %s on %s can be read`, (fore, ground) => {
    expect(contrast(colours[fore]!, colours[ground]!)).toBeGreaterThanOrEqual(4.5)
  })
  test.each(shapes)(`${scheme}: %s on %s can be seen`, (fore, ground) => {
    expect(contrast(colours[fore]!, colours[ground]!)).toBeGreaterThanOrEqual(3)
  })
}

test('black on white has the highest contrast there is', () => {
  expect(contrast([0, 0, 0], [1, 0, 0])).toBeCloseTo(21, 1)
})

function coloursIn(part: string): Record<string, Colour> {
  const declarations = part.matchAll(/--([\w-]+): oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\);/g)
  return Object.fromEntries(
    [...declarations].map(([, name, l, c, h]) => [name, [Number(l) / 100, Number(c), Number(h)]]),
  )
}

/** Returns the contrast ratio as defined by WCAG 2.2. */
function contrast(one: Colour, other: Colour): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

/**
 * Converts Oklch to linear sRGB (Björn Ottosson, "A perceptual color space for image processing")
 * and returns the relative luminance.
 */
function luminance([lightness, chroma, hue]: Colour): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s
  const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s
  const [r, g, bl] = [red, green, blue].map((value) => Math.min(1, Math.max(0, value))) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * bl
}

import { describe, expect, test } from 'vitest'
import { readImageName, readWindowArguments } from '../../../src-main/hosts/window-arguments.ts'

const file = (path: string) => ({ kind: 'file', path })

describe('what the window was started with', () => {
  test('nothing', () => {
    expect(readWindowArguments(['/opt/kindling-window'], null, '/home')).toEqual({ driveFiles: [], image: null })
  })

  test('files to offer as drives, beside switches of Chromium', () => {
    const words = ['window', '--no-sandbox', '--drive-file=a.img', '--inspect=0', '--drive-file=/b.img']
    expect(readWindowArguments(words, null, '/home').driveFiles).toEqual(['/home/a.img', '/b.img'])
  })

  test.each([
    [['window', '--image=/a.raw'], null],
    [['window', '/a.raw'], null],
    [['window', '--flag', '../a.raw'], null],
    [['window', 'file:///a.raw'], null],
    [['/electron', '-r', '/script.cjs', '/src', '--image=/a.raw'], '/src'],
    [['/electron', '--no-sandbox', '..', '/a.raw'], '/'],
  ])('%j means /a.raw', (words, app) => {
    expect(readWindowArguments(words, app, '/home').image).toEqual(file('/a.raw'))
  })

  test.each([[['/electron', '/src']], [['/electron', '-r', '/script.cjs', '/src', '--inspect=0']]])(
    '%j means no image, but the app itself',
    (words) => expect(readWindowArguments(words, '/src', '/home').image).toBeNull(),
  )

  test.each(['https://example.org/a.iso', 'ftp://example.org/a.iso', 'S3+x://a'])('the address %s', (url) => {
    expect(readWindowArguments(['window', `--image=${url}`], null, '/')).toMatchObject({ image: { kind: 'url', url } })
  })

  test.each([
    ['file:///with%20space.iso', '/with space.iso'],
    ['file://localhost/a.iso', '/a.iso'],
    ['file:///home/a%2Fb.iso', '/home/file:/home/a%2Fb.iso'],
    ['file://elsewhere/a.iso', '/home/file:/elsewhere/a.iso'],
    ['c://a.iso', '/home/c:/a.iso'],
    ['ftp:a.iso', '/home/ftp:a.iso'],
    ['-a.iso', '/home/-a.iso'],
  ])('%s is the file %s', (text, path) => expect(readImageName(text, '/home')).toEqual(file(path)))
})

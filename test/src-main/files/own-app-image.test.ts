import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ownAppImage } from '../../../src-main/files/own-app-image.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

let place: TemporaryDirectory
const file = '/home/me/Kindling.AppImage'
beforeEach(async () => {
  place = await makeTemporaryDirectory()
  await mkdir(place.file('mount'))
  await mkdir(place.file('mount2'))
  await writeFile(place.file('mount/program'), '')
  await writeFile(place.file('mount2/program'), '')
  await symlink('mount', place.file('link'))
})
afterEach(() => place.dispose())

test('a program in the content of an AppImage runs from it, by whatever name', () => {
  for (const APPDIR of [place.file('mount'), place.file('link')])
    expect(ownAppImage({ APPIMAGE: file, APPDIR }, place.file('mount/program'))).toBe(file)
})

test('a program that another AppImage started does not, nor does one that nobody said so of', () => {
  const APPDIR = place.file('mount')
  expect(ownAppImage({ APPIMAGE: file, APPDIR }, place.file('mount2/program'))).toBeNull()
  expect(ownAppImage({ APPIMAGE: file, APPDIR: place.file('gone') }, place.file('mount/program'))).toBeNull()
  expect(ownAppImage({ APPIMAGE: file }, place.file('mount/program'))).toBeNull()
  expect(ownAppImage({ APPDIR }, place.file('mount/program'))).toBeNull()
})

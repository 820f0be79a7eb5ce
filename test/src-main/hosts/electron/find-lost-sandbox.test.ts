import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findLostSandbox } from '../../../../src-main/hosts/electron/find-lost-sandbox.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'

describe('the lost sandbox of an AppImage', () => {
  let mounted: TemporaryDirectory
  let program: string
  beforeAll(async () => {
    mounted = await makeTemporaryDirectory()
    program = mounted.file('content/kindling-window')
    await mkdir(mounted.file('content'))
    await writeFile(program, '')
  })
  afterAll(() => mounted?.dispose())

  function find({
    settings = {},
    file = '/home/me/Kindling 1.AppImage',
    ...given
  }: {
    settings?: Record<string, string>
    file?: string
    words?: string[]
    user?: number
    program?: string
    hasNamespaces?: () => boolean
  } = {}) {
    return findLostSandbox({
      environment: { APPIMAGE: file, APPDIR: mounted.file('content') },
      program,
      words: [program, '--no-sandbox', 'image.raw.xz'],
      user: 1000,
      readSetting: (name) => settings[name] ?? null,
      hasNamespaces: () => false,
      ...given,
    })
  }

  test('is found where the start script gave it up, with the setting that denies it', () => {
    expect(find()).toEqual({ given: false, setting: null, profile: null })
    const allowing = { 'user.max_user_namespaces': '63000', 'kernel.unprivileged_userns_clone': '1' }
    expect(find({ settings: allowing })).toEqual({ given: false, setting: null, profile: null })
    for (const name of ['user.max_user_namespaces', 'kernel.unprivileged_userns_clone'])
      expect(find({ settings: { ...allowing, [name]: '0' } })).toEqual({
        given: false,
        setting: { by: 'kernel', text: `${name} = 0` },
        profile: null,
      })
  })

  test('is found with a profile for this file where AppArmor denies it', () => {
    const settings = { 'kernel.apparmor_restrict_unprivileged_userns': '1' }
    const found = find({ settings })
    expect(found?.setting).toEqual({ by: 'apparmor', text: 'kernel.apparmor_restrict_unprivileged_userns = 1' })
    expect(found?.profile).toContain('profile kindling-appimage "/home/me/Kindling 1.AppImage" flags=(unconfined) {')
    expect(found?.profile).toContain('\n  userns,\n')
    expect(find({ settings, file: '/home/мария/Kindling.AppImage' })?.profile).toContain('/мария/')
    for (const file of ['/home/*/K.AppImage', '/a"b', '/a{b}', '/a\nb', '/a\\b', '/a[b]', 'a', '/a@{HOME}'])
      expect(find({ settings, file })).toEqual({ given: false, setting: found?.setting, profile: null })
  })

  test('is the user’s own doing where the system allows namespaces, whatever its settings say', () => {
    const settings = { 'kernel.apparmor_restrict_unprivileged_userns': '1' }
    expect(find({ settings, hasNamespaces: () => true })).toEqual({ given: true, setting: null, profile: null })
  })

  test('is not found with the sandbox, for root, and outside an AppImage', () => {
    expect(find({ words: [program] })).toBeNull()
    expect(find({ user: 0 })).toBeNull()
    expect(find({ program: process.execPath })).toBeNull()
  })
})

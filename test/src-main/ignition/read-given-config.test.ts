import { expect, test } from 'vitest'
import { readGivenConfig } from '../../../src-main/ignition/read-given-config.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const butane = (version: string, more = '') =>
  Buffer.from(
    `variant: fcos\nversion: ${version}\npasswd: {users: [{name: core, ssh_authorized_keys: ['${key}']}]}\n${more}`,
  )
const codesOf = (given: Buffer, release: string | null = null) =>
  readGivenConfig(given, release).problems.map(({ code, place }) => `${place?.line ?? '-'} ${code}`)

test('keeps an Ignition config byte for byte', () => {
  const given = Buffer.from(`{ "ignition": {"version": "3.4.0"} }\n\n`)
  expect(readGivenConfig(given, null).bytes).toBe(given)
})

test('translates a Butane config, and says who can log in', () => {
  const { bytes, version, users, problems } = readGivenConfig(butane('1.5.0'), null)
  expect(JSON.parse(bytes!.toString())).toEqual({
    ignition: { version: '3.4.0' },
    passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] },
  })
  expect({ version, users, problems }).toEqual({ version: '3.4.0', users: ['core'], problems: [] })
})

test('translates one that is written as JSON', () => {
  const given = Buffer.from(JSON.stringify({ version: '1.4.0', variant: 'fcos' }))
  expect(JSON.parse(readGivenConfig(given, null).bytes!.toString())).toEqual({ ignition: { version: '3.3.0' } })
  expect(codesOf(given)).toEqual(['- no-login'])
})

test('names problems by their places in the Butane config', () => {
  expect(codesOf(butane('1.5.0', 'storage: {files: [{path: a}]}\n'))).toEqual(['4 path-relative'])
  expect(codesOf(butane('1.5.0', 'storage: {files: [{path: /a, contents: {local: a}}]}\n'))).toEqual([
    '4 files-dir-missing',
  ])
})

test('refuses a version that the release does not accept', () => {
  const release = '40.20240504.3.0'
  expect(codesOf(butane('1.5.0'), release)).toEqual([])
  expect(codesOf(butane('1.7.0'), release)).toEqual(['- version-too-new'])
  expect(readGivenConfig(butane('1.7.0'), release).bytes).toBeNull()
})

test('refuses other variants by name', () => {
  expect(codesOf(Buffer.from('variant: flatcar\nversion: 1.0.0\n'))).toEqual(['1 variant-refused'])
})

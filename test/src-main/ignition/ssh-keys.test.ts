import { describe, expect, test } from 'vitest'
import { readSshKeys } from '../../../src-main/ignition/ssh-keys.ts'

const data = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
// Printed by `ssh-keygen -lf`.
const fingerprint = 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'

describe('public SSH keys', () => {
  test('have the fingerprint that ssh-keygen prints, and the name of their comment', () => {
    const line = `ssh-ed25519 ${data} me@laptop`
    expect(readSshKeys(`# mine\r\n\n${line}\r\n`)).toEqual([{ line, name: 'me@laptop', fingerprint }])
  })

  test('may have options before them and no comment behind them', () => {
    const line = `no-pty,command="echo a b" ssh-ed25519 ${data}`
    expect(readSshKeys(line)).toEqual([{ line, name: 'ssh-ed25519', fingerprint }])
  })

  test.each([
    ['an empty text', ''],
    ['another text', 'Hello'],
    ['a key and another text', `ssh-ed25519 ${data}\nHello`],
    ['a key without data', 'ssh-ed25519 me@laptop'],
    ['a key that was cut off', `ssh-ed25519 ${data.slice(0, -4)} me@laptop`],
    ['a key with more behind its data', `ssh-ed25519 ${data}AAAA`],
    ['a key of another type', `ssh-rsa ${data}`],
    ['the type of a key alone', `ssh-ed25519 ${data.slice(0, 20)}`],
  ])('are not in %s', (_, text) => expect(readSshKeys(text)).toBe('no-key'))

  test('are told from a private key', () => {
    expect(readSshKeys('-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n')).toBe('private-key')
  })
})

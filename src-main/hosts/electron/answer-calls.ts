import { join } from 'node:path'
import { app } from 'electron'
import { ok } from '../../../src-shared/result.ts'
import type { WindowCalls } from '../../../src-shared/window-api.ts'
import { readSmallFile } from '../../files/regular-file.ts'
import { hashPassword } from '../../ignition/hash-password.ts'
import { makeConfigText } from '../../ignition/make-config.ts'
import { parseAddress } from '../../ignition/network-keyfile.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'
import type { FileDialogs } from './file-dialogs.ts'
import { findSshKeys, longestKeyFile } from './find-ssh-keys.ts'
import { guardAnswers } from './guard-answers.ts'
import { words } from './speech.ts'
import type { WindowHost } from './window-host.ts'

type AnswerCall =
  | 'findSshKeys'
  | 'chooseSshKeys'
  | 'readSshKeys'
  | 'hashPassword'
  | 'readAddress'
  | 'makeIgnition'
  | 'saveIgnition'
  | 'saveProfile'
  | 'renameProfile'
  | 'deleteProfile'
  | 'deleteEarlierAnswers'

/** Creates the calls about the answers of a first boot, such as keys, address and profiles. */
export function createAnswerCalls(
  { grants, profiles, ask, deleteEarlierAnswers }: WindowHost,
  dialogs: FileDialogs,
): Pick<WindowCalls, AnswerCall> {
  return {
    async findSshKeys() {
      const keys = await findSshKeys()
      for (const { line } of keys) grants.addSshKey(line)
      return ok(keys)
    },
    async chooseSshKeys() {
      const file = await dialogs.chooseElsewhere({
        title: words().chooseSshKeys,
        defaultPath: join(app.getPath('home'), '.ssh'),
        properties: ['openFile', 'showHiddenFiles'],
      })
      if (file === null) return ok(null)
      const text = await readSmallFile(file, longestKeyFile).catch(() => null)
      const keys = text === null ? 'no-key' : readSshKeys(text.toString())
      if (typeof keys !== 'string') for (const { line } of keys) grants.addSshKey(line)
      return ok(keys)
    },
    async readSshKeys({ text }) {
      return ok(readSshKeys(text))
    },
    async hashPassword({ password }) {
      return ok(hashPassword(password))
    },
    async readAddress({ text }) {
      return ok(parseAddress(text))
    },
    async makeIgnition({ answers, release }) {
      return ok(makeConfigText(answers, release).ignition)
    },
    saveIgnition({ answers, release }) {
      const filters = [
        { name: 'Ignition', extensions: ['ign'] },
        { name: 'Butane', extensions: ['bu'] },
      ]
      const make = (path: string) => {
        const { ignition, butane } = makeConfigText(answers, release)
        return /\.bu$/i.test(path) ? butane : ignition
      }
      return dialogs.saveText({ title: words().saveIgnition, name: 'config.ign', filters }, make, 0o600)
    },
    async saveProfile({ name, answers }) {
      const lasting = { ...answers, passwordHash: null }
      await guardAnswers(lasting, grants, ask, 'profile')
      return ok(await profiles.save(name, lasting))
    },
    async renameProfile({ from, to }) {
      return ok(await profiles.rename(from, to))
    },
    async deleteProfile({ name }) {
      return ok(await profiles.remove(name))
    },
    async deleteEarlierAnswers(answers) {
      return ok(await deleteEarlierAnswers(answers))
    },
  }
}

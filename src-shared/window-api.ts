import { z } from 'zod'
import type { Answers, Arguments, CallName, News, Surroundings } from './api.ts'
import type { Catalog } from './artifact.ts'
import type { SourceSpec } from './job.ts'
import { languageChoices, type Language } from './language.ts'
import { profileName, type Profile } from './profile.ts'
import { receipt } from './receipt.ts'
import type { Result } from './result.ts'
import type { SettingsReading } from './settings.ts'
import { simpleAnswers, type StaticAddress } from './simple-answers.ts'
import type { SshKey } from './ssh-key.ts'
import type { Update } from './update.ts'

/**
 * Calls that only a window needs. The window's host serves them, through the same door and with the
 * same checks as the contract.
 */
export const windowContract = {
  /**
   * Returns the data that the page needs before it draws itself. From then on, the system's dialogs
   * use the page's language.
   */
  open: z.object({}),
  /** Starts sending news to the page. The first news is the list of drives. */
  listen: z.object({}),
  /** Asks the user for a file; null when they cancelled. */
  chooseFile: z.object({ purpose: z.enum(['image', 'signature', 'checksumFile', 'keyring', 'drive', 'ignition']) }),
  /** Returns the public SSH keys of the user's own folder. The page may use them. */
  findSshKeys: z.object({}),
  /** Asks the user for a file of public SSH keys; null when they cancelled. */
  chooseSshKeys: z.object({}),
  /** Reads public SSH keys from a text. The user is asked before a job uses them. */
  readSshKeys: z.object({ text: z.string().max(100_000) }),
  /** Hashes a password. The user is asked before a job uses the hash. */
  hashPassword: z.object({ password: z.string().min(1).max(1024) }),
  /** Reads a static address in the form of the command line; null if the text is none. */
  readAddress: z.object({ text: z.string().max(1000) }),
  /** Makes the Ignition config of answers for a release, as a write does. */
  makeIgnition: z.object({ answers: simpleAnswers, release: z.string().max(100).nullable() }),
  /** Asks the user for a path and saves the same config there; null when they cancelled. */
  saveIgnition: z.object({ answers: simpleAnswers, release: z.string().max(100).nullable() }),
  /**
   * Keeps the answers of a first boot, but for a password, as a profile. Asks the user about SSH
   * keys that they did not agree to before. This call and the next two return all profiles.
   */
  saveProfile: z.object({ name: profileName, answers: simpleAnswers }),
  renameProfile: z.object({ from: profileName, to: profileName }),
  deleteProfile: z.object({ name: profileName }),
  /** Deletes the answers of an earlier write, and returns the others. */
  deleteEarlierAnswers: z.object({ sshKeys: z.array(z.string()).max(100), hostname: z.string().max(1024) }),
  /** Asks the user for a folder; null when they cancelled. */
  chooseFolder: z.object({ purpose: z.enum(['cache', 'download']) }),
  /**
   * Asks the user for the file of an image; null when they cancelled. The page may have a drive
   * saved there, over a file that exists.
   */
  chooseImageFile: z.object({ drive: z.string().max(300) }),
  /** Asks the user for a path and saves the receipt there as JSON; null when they cancelled. */
  saveReceipt: z.object({ receipt }),
  copyText: z.object({ text: z.string().max(100_000) }),
  /**
   * Copies a report that is safe to send to a stranger: the text without this machine's private
   * data, and a job's log.
   */
  copyReport: z.object({ text: z.string().max(100_000), job: z.string().max(100).nullable() }),
  /** Shows a file in its folder. The file or the folder must be one that the user chose. */
  showFile: z.object({ path: z.string().max(10_000) }),
  /** Returns the path of the log. */
  logFile: z.object({}),
  /**
   * Opens a web page. Pages are named by key, so that the page cannot make the window open any
   * address.
   */
  openLink: z.object({ link: z.enum(['coreos-bare-metal']) }),
  /**
   * Sets the language of the system's dialogs. Returns the language that the choice resolves to,
   * for the page.
   */
  speak: z.object({ choice: z.enum(languageChoices) }),
  /**
   * Takes the image that was given to the window when it opened or later; null when there is none
   * or it was already taken.
   */
  takeImage: z.object({}),
  /** Returns the state of Kindling's update. Changes arrive as `update` news. */
  update: z.object({}),
  /**
   * Looks for an update now, regardless of the schedule. This call and the next two return when
   * they have finished, or fail when a job blocks them.
   */
  lookForUpdate: z.object({}),
  fetchUpdate: z.object({}),
  /** Installs the update. Ends the program on success. */
  installUpdate: z.object({}),
} as const

export interface WindowAnswers {
  open: Opening
  listen: null
  chooseFile: string | null
  findSshKeys: SshKey[]
  chooseSshKeys: SshKeysRead | null
  readSshKeys: SshKeysRead
  hashPassword: string
  readAddress: StaticAddress | null
  makeIgnition: string
  saveIgnition: string | null
  saveProfile: Profile[]
  renameProfile: Profile[]
  deleteProfile: Profile[]
  deleteEarlierAnswers: EarlierAnswers[]
  chooseFolder: string | null
  chooseImageFile: string | null
  saveReceipt: string | null
  copyText: null
  copyReport: null
  showFile: null
  logFile: string
  openLink: null
  speak: Language
  takeImage: OpenedImage | null
  update: Update
  lookForUpdate: Update
  fetchUpdate: Update
  installUpdate: Update
}

/** Keys of a text, or the reason why it has none to use. */
export type SshKeysRead = SshKey[] | 'private-key' | 'no-key'

/** Answers of a first boot that a page may repeat. They hold no secret. */
export interface EarlierAnswers {
  keys: SshKey[]
  hostname: string
}

/** The reason why the page of an AppImage runs without Chromium's sandbox. */
export interface LostSandbox {
  /** Whether the user gave the option that turns the sandbox off. */
  given: boolean
  /** The setting of the system that denies user namespaces, as `name = value`; null if unknown. */
  setting: { by: 'apparmor' | 'kernel'; text: string } | null
  /** AppArmor profile that allows them to this AppImage; null if it would not help. */
  profile: string | null
}

/** Data that a page receives once, while it draws itself. */
export interface Opening {
  settings: SettingsReading
  surroundings: Surroundings
  /** Language that the settings resolve to on this system. */
  language: Language
  /**
   * Metadata of the usual stream: current if already known, otherwise as last seen; null when it
   * was never seen.
   */
  catalog: Catalog | null
  /** Folder of the user's downloads. */
  downloadsFolder: string
  /** First boots that were set up before, the last one first. */
  earlierAnswers: EarlierAnswers[]
  /** First boots that the user gave a name, sorted by it. */
  profiles: Profile[]
  /** Disk-image files that were given when the window was started. */
  driveFiles: string[]
  /** Null if the sandbox is on, or off for another reason. */
  lostSandbox: LostSandbox | null
}

export type OpenedImage = Exclude<SourceSpec['image'], { kind: 'stream' }>

export type WindowCallName = keyof typeof windowContract
export type WindowArguments<N extends WindowCallName> = z.infer<(typeof windowContract)[N]>
export type WindowCalls = {
  [N in WindowCallName]: (args: WindowArguments<N>) => Promise<Result<WindowAnswers[N]>>
}
export type FolderPurpose = WindowArguments<'chooseFolder'>['purpose']
export type FilePurpose = WindowArguments<'chooseFile'>['purpose']
export type Link = WindowArguments<'openLink'>['link']

/** News for the window: the core's, plus an image to take and the state of an update. */
export type WindowNews = News | { news: 'image' } | { news: 'update'; update: Update }

/** Object that the page finds as `window.kindling`. It passes values in both directions. */
export interface Bridge {
  call<N extends CallName>(name: N, args: Arguments<N>): Promise<Result<Answers[N]>>
  call<N extends WindowCallName>(name: N, args: WindowArguments<N>): Promise<Result<WindowAnswers[N]>>
  /** Initial language of the page. */
  language: Language
  /**
   * Calls the listener with news.
   * @returns a function that ends it
   */
  onNews(listener: (news: WindowNews) => void): () => void
  /**
   * Returns the absolute path of a file that the user dropped or pasted; empty when the file is not
   * on this machine. From then on, the host lets the page name this path as an image or a config.
   */
  pathOf(file: File): string
}

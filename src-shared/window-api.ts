import { z } from 'zod'
import type { Answers, Arguments, CallName, News, Surroundings } from './api.ts'
import type { Catalog } from './artifact.ts'
import type { SourceSpec } from './job.ts'
import { languageChoices, type Language } from './language.ts'
import { receipt } from './receipt.ts'
import type { Result } from './result.ts'
import type { SettingsReading } from './settings.ts'
import type { Update } from './update.ts'

/** Calls that only a window needs, served by its host: same door, same checks as the contract. */
export const windowContract = {
  /** What the page begins with, asked for before it draws itself. The system's dialogs speak its language from then on. */
  open: z.object({}),
  /** Whoever called hears news from now on, first of the drives. */
  listen: z.object({}),
  /** Asks for a file; null when the person thought better of it. */
  chooseFile: z.object({ purpose: z.enum(['image', 'signature', 'keyring', 'drive']) }),
  /** Asks for a folder; null when the person thought better of it. */
  chooseFolder: z.object({ purpose: z.enum(['cache', 'download']) }),
  /** Asks where, and keeps the receipt there as JSON; null when the person thought better of it. */
  saveReceipt: z.object({ receipt }),
  copyText: z.object({ text: z.string().max(100_000) }),
  /** Copies what a person may send to a stranger: the text without what this machine keeps to itself, and a job's log. */
  copyReport: z.object({ text: z.string().max(100_000), job: z.string().max(100).nullable() }),
  /** Where the log is. */
  logFile: z.object({}),
  /** Pages are named by key, so that no page can make the window open an address. */
  openLink: z.object({ link: z.enum(['coreos-bare-metal']) }),
  /** The system's dialogs speak this from now on; answers the language that it comes to, for the page. */
  speak: z.object({ choice: z.enum(languageChoices) }),
  /** The image that the window was opened with, or was given since; null when there is none, or it was taken. */
  takeImage: z.object({}),
  /** How far an update of Kindling is; news of it come as `update`. */
  update: z.object({}),
  /** Looks now, whatever the time. Each of these answers when it is over, or that a job is in its way. */
  lookForUpdate: z.object({}),
  fetchUpdate: z.object({}),
  /** Ends the program, when it succeeds. */
  installUpdate: z.object({}),
} as const

export interface WindowAnswers {
  open: Opening
  listen: null
  chooseFile: string | null
  chooseFolder: string | null
  saveReceipt: string | null
  copyText: null
  copyReport: null
  logFile: string
  openLink: null
  speak: Language
  takeImage: OpenedImage | null
  update: Update
  lookForUpdate: Update
  fetchUpdate: Update
  installUpdate: Update
}

/** What a page is given, once, while it draws itself. */
export interface Opening {
  settings: SettingsReading
  surroundings: Surroundings
  /** What the settings come to on this system. */
  language: Language
  /** The usual stream: as it is when that is known already, else as it was last seen; null when it never was. */
  catalog: Catalog | null
  /** Where this person's downloads are kept. */
  downloadsFolder: string
  /** Disk-image files that the window was started with. */
  driveFiles: string[]
}

export type OpenedImage = Exclude<SourceSpec['image'], { kind: 'stream' }>

export type WindowCallName = keyof typeof windowContract
export type WindowArguments<N extends WindowCallName> = z.infer<(typeof windowContract)[N]>
export type FolderPurpose = WindowArguments<'chooseFolder'>['purpose']
export type FilePurpose = WindowArguments<'chooseFile'>['purpose']
export type Link = WindowArguments<'openLink'>['link']

/** Also that there is an image to take, and how far an update is. */
export type WindowNews = News | { news: 'image' } | { news: 'update'; update: Update }

/** What the page finds as `window.kindling`: values in, values out. */
export interface Bridge {
  call<N extends CallName>(name: N, args: Arguments<N>): Promise<Result<Answers[N]>>
  call<N extends WindowCallName>(name: N, args: WindowArguments<N>): Promise<Result<WindowAnswers[N]>>
  /** What the page begins to speak. */
  language: Language
  /** Answers the function that ends it. */
  onNews(listener: (news: WindowNews) => void): () => void
  /**
   * Absolute path of a file that the person dropped or pasted; empty when the file is not of this
   * machine. The host lets the page name this path as an image from then on.
   */
  pathOf(file: File): string
}

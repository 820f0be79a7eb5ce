import { contract, type Api } from '../../../src-shared/api.ts'
import { KindlingError, toFailure } from '../../../src-shared/failure.ts'
import { fromMessage, isPhrase, type Said } from '../../../src-shared/phrases.ts'
import type { Result } from '../../../src-shared/result.ts'
import { windowContract, type WindowCalls } from '../../../src-shared/window-api.ts'
import { isOurPage, type Sender } from './our-page.ts'

/** Answers one call of the window. It never rejects: every error becomes a `Result`. */
export type Door = (sender: Sender, name: unknown, args: unknown) => Promise<Result<unknown>>

/**
 * Creates the door. It passes on calls of the two contracts if they come from our own page and
 * their arguments match the schema.
 */
export function createDoor(api: Api, windowCalls: WindowCalls): Door {
  return async (sender, name, args) => {
    try {
      if (!isOurPage(sender)) throw refuse('This page may not call Kindling')
      if (isNameOf(contract, name)) return await callBy(api, name, contract[name].safeParse(args))
      if (isNameOf(windowContract, name)) return await callBy(windowCalls, name, windowContract[name].safeParse(args))
      throw refuse('There is no such call')
    } catch (error) {
      return { ok: false, failure: toFailure(error) }
    }
  }
}

type Parsed = { success: true; data: unknown } | { success: false; error: { issues: readonly Issue[] } }
type Issue = { path: PropertyKey[]; message: string }

function callBy<N extends string>(calls: Record<N, unknown>, name: N, parsed: Parsed): Promise<Result<unknown>> {
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    const said = fromMessage(message)
    throw refuse(isPhrase(said) ? said : `${[name, ...path].join('.')}: ${said}`)
  }
  // The call's argument type is derived from the schema that was just checked.
  return (calls[name] as (args: unknown) => Promise<Result<unknown>>)(parsed.data)
}

const isNameOf = <T extends object>(calls: T, name: unknown): name is keyof T & string =>
  typeof name === 'string' && Object.hasOwn(calls, name)

const refuse = (reason: Said): KindlingError => new KindlingError('usage', { reason })

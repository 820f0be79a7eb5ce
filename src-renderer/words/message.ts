/** Types of messages: their keys, and the values named in a text in ICU MessageFormat. */

import type { NamesIn } from '../../src-shared/values-in.ts'

/** Pairs of key and text from nested groups. A key is the path of names, joined by dots. */
type Entries<Group, Way extends string> = {
  [Name in keyof Group & string]: Group[Name] extends string
    ? [`${Way}${Name}`, Group[Name]]
    : Entries<Group[Name], `${Way}${Name}.`>
}[keyof Group & string]

/** Texts by their keys: one object type, which the compiler builds once for all calls. */
export type TextsByKey<Group> =
  Entries<Group, ''> extends infer All extends [string, string] ? { [Entry in All as Entry[0]]: Entry[1] } : never

/** The arguments for a text: none, or a value for each name. */
export type ValuesFor<Text> = [NamesIn<Text>] extends [never] ? [] : [Record<NamesIn<Text> & string, string | number>]

/** The same keys with texts of another language. A missing key is a type error. */
export type Translated<Group> = {
  readonly [Name in keyof Group]: Group[Name] extends string ? string : Translated<Group[Name]>
}

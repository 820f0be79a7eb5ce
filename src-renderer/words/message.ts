/** Types of messages: their keys, and the values that a text in ICU MessageFormat names. */

/** Pairs of key and text, from groups in groups; a key is the names on its way, joined by points. */
type Entries<Group, Way extends string> = {
  [Name in keyof Group & string]: Group[Name] extends string
    ? [`${Way}${Name}`, Group[Name]]
    : Entries<Group[Name], `${Way}${Name}.`>
}[keyof Group & string]

export type KeyOf<Group> =
  Entries<Group, ''> extends infer All ? (All extends [infer Key extends string, string] ? Key : never) : never
export type TextOf<Group, Key> =
  Entries<Group, ''> extends infer All ? (All extends [Key, infer Text] ? Text : never) : never

/** Names in a text: what follows a brace up to a comma or the other brace. Words with spaces are a plural's forms. */
type NamesIn<Text> = Text extends `${string}{${infer Rest}`
  ? (Rest extends `${infer Inside}}${string}` ? NameIn<Inside> : never) | NamesIn<Rest>
  : never
type NameIn<Inside> = Inside extends `${infer Name},${string}`
  ? Plain<Name>
  : Inside extends `${infer Name}{${string}`
    ? Plain<Name>
    : Plain<Inside>
type Plain<Name> = Name extends `${string}${' ' | '#'}${string}` | '' ? never : Name

/** What has to be given with a text: nothing, or a value for each name. */
export type ValuesFor<Text> = [NamesIn<Text>] extends [never] ? [] : [Record<NamesIn<Text> & string, string | number>]

/** The same keys with texts of another language: one that is missing is an error of types. */
export type Translated<Group> = {
  readonly [Name in keyof Group]: Group[Name] extends string ? string : Translated<Group[Name]>
}

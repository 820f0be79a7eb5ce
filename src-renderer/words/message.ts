/** Types of messages: their keys, and the values named in a text in ICU MessageFormat. */

/** Pairs of key and text from nested groups. A key is the path of names, joined by dots. */
type Entries<Group, Way extends string> = {
  [Name in keyof Group & string]: Group[Name] extends string
    ? [`${Way}${Name}`, Group[Name]]
    : Entries<Group[Name], `${Way}${Name}.`>
}[keyof Group & string]

export type KeyOf<Group> =
  Entries<Group, ''> extends infer All ? (All extends [infer Key extends string, string] ? Key : never) : never
export type TextOf<Group, Key> =
  Entries<Group, ''> extends infer All ? (All extends [Key, infer Text] ? Text : never) : never

/**
 * Names in a text: the part between an opening brace and a comma or the closing brace. A part with
 * spaces is a plural form, not a name.
 */
type NamesIn<Text> = Text extends `${string}{${infer Rest}`
  ? (Rest extends `${infer Inside}}${string}` ? NameIn<Inside> : never) | NamesIn<Rest>
  : never
type NameIn<Inside> = Inside extends `${infer Name},${string}`
  ? Plain<Name>
  : Inside extends `${infer Name}{${string}`
    ? Plain<Name>
    : Plain<Inside>
type Plain<Name> = Name extends `${string}${' ' | '#'}${string}` | '' ? never : Name

/** The arguments for a text: none, or a value for each name. */
export type ValuesFor<Text> = [NamesIn<Text>] extends [never] ? [] : [Record<NamesIn<Text> & string, string | number>]

/** The same keys with texts of another language. A missing key is a type error. */
export type Translated<Group> = {
  readonly [Name in keyof Group]: Group[Name] extends string ? string : Translated<Group[Name]>
}

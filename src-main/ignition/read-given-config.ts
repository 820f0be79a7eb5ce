import { checkConfig, type Check } from './check-config.ts'
import { isError } from './problem.ts'
import { translateButane } from './translate-butane.ts'

/** Config as it was given, in either language. */
export interface ConfigReading extends Check {
  /** The Ignition config: as given byte for byte, or translated; null if an error prevents it. */
  bytes: Buffer | null
}

/**
 * Checks a config, and translates it if it is a Butane config. Local files of a Butane config are
 * not read: only its user knows their folder.
 * @param release – release of Fedora CoreOS that shall accept it, or null
 */
export function readGivenConfig(given: Buffer, release: string | null): ConfigReading {
  const asGiven = checkConfig(given, release)
  if (!asGiven.problems.some(({ code }) => code === 'butane-config')) return { ...asGiven, bytes: given }
  const { config, problems } = translateButane(given, null)
  if (config === null) return { version: null, users: [], problems, bytes: null }
  const bytes = Buffer.from(JSON.stringify(config))
  const translated = checkConfig(bytes, release)
  // Problems of the text have their places in the Butane config. Its version is known only now.
  const ofRelease = translated.problems.filter(({ code }) => code.startsWith('version-'))
  return {
    ...translated,
    problems: [...problems, ...ofRelease.map((each) => ({ ...each, place: null, path: [] }))],
    bytes: [...problems, ...ofRelease].some(isError) ? null : bytes,
  }
}

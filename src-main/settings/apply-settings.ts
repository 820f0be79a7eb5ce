import { join } from 'node:path'
import type { JobSpec, WriteSpec } from '../../src-shared/job.ts'
import { defaultSettings } from '../../src-shared/default-settings.ts'
import { settingNames, type SavedSettings, type SettingName, type SettingsReading } from '../../src-shared/settings.ts'
import type { Ports } from '../ports.ts'

/*
 * The one place where it is decided who is heard: what a job's spec says (a flag of the command line, a choice in the
 * window), then the environment, then the settings, then the defaults.
 */

/** The world as the settings have it. */
export function applySettings(ports: Ports, saved: SavedSettings): Ports {
  const { environment, paths } = ports
  const { streamBaseUrl, keyring, cacheLimit, cacheDirectory } = saved
  return {
    ...ports,
    // In a directory of its own: what lies in the chosen one is the person's.
    paths: cacheDirectory === undefined ? paths : { ...paths, cache: join(cacheDirectory, 'kindling') },
    cacheLimit:
      environment.cacheLimit !== null || cacheLimit === undefined ? () => ports.cacheLimit() : () => cacheLimit,
    environment: {
      ...environment,
      streamBaseUrl: environment.streamBaseUrl ?? streamBaseUrl ?? null,
      keyring: environment.keyring ?? keyring ?? null,
    },
  }
}

/** A spec with what the settings say where it says nothing. */
export function completeSpec<S extends JobSpec | WriteSpec>(spec: S, saved: SavedSettings): S {
  const source = { ...spec.source, memory: spec.source.memory ?? saved.memory }
  if (!('drives' in spec)) return { ...spec, source }
  // A disk-image file has no power to be turned off.
  const powered = spec.drives.some(({ identity }) => identity?.kind !== 'file')
  return {
    ...spec,
    source,
    verify: spec.verify ?? saved.verify,
    eject: spec.eject ?? (saved.whenDone === 'eject' && powered),
  }
}

/** The settings for people and programs. @param environment as it is, without the settings */
export function describeSettings(
  environment: Ports['environment'],
  saved: SavedSettings,
): Pick<SettingsReading, 'settings' | 'saved' | 'environment'> {
  const known = settingNames.filter((name) => saved[name] !== undefined)
  return {
    settings: { ...defaultSettings, ...Object.fromEntries(known.map((name) => [name, saved[name]])) },
    saved: known,
    environment: Object.fromEntries(
      Object.entries(environment).filter(([, value]) => value !== null) as [SettingName, string][],
    ),
  }
}

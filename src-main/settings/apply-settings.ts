import { join } from 'node:path'
import type { JobSpec, WriteSpec } from '../../src-shared/job.ts'
import { defaultSettings } from '../../src-shared/default-settings.ts'
import { settingNames, type SavedSettings, type SettingName, type SettingsReading } from '../../src-shared/settings.ts'
import type { Ports } from '../ports.ts'

/*
 * The only code that decides the precedence: first the job's spec (a flag of the command line, a
 * choice in the window), then the environment, the settings, and the defaults.
 */

/** Returns the ports with the settings applied. */
export function applySettings(ports: Ports, saved: SavedSettings): Ports {
  const { environment, paths } = ports
  const { streamBaseUrl, keyring, cacheLimit, cacheDirectory } = saved
  return {
    ...ports,
    // A subdirectory, because the other files in the chosen directory belong to the user.
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

/** Fills in the values that a spec omits from the settings. */
export function completeSpec<S extends JobSpec | WriteSpec>(spec: S, saved: SavedSettings): S {
  const source = { ...spec.source, memory: spec.source.memory ?? saved.memory }
  if (!('drives' in spec)) return { ...spec, source }
  // A disk-image file cannot be powered off.
  const powered = spec.drives.some(({ identity }) => identity?.kind !== 'file')
  return {
    ...spec,
    source,
    verify: spec.verify ?? saved.verify,
    eject: spec.eject ?? (saved.whenDone === 'eject' && powered),
  }
}

/**
 * Describes the settings for the user and for other programs.
 * @param environment – the environment alone, without the settings
 */
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

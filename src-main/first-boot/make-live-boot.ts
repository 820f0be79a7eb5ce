import { encodeContents } from '../ignition/data-url.ts'
import type { Config, FileNode, Unit } from '../ignition/shapes.ts'
import type { FirstBoot, LiveSettings, NamedFile } from './first-boot.ts'
import type { LiveBoot } from './live-boot.ts'

/** Version of the configs that are made here: every release that has these settings accepts it. */
const version = '3.3.0'
const destConfigPath = '/etc/coreos/dest.ign'

const nothing: LiveSettings = {
  configs: [],
  appendKargs: [],
  deleteKargs: [],
  replaceKargs: [],
  keyfiles: [],
  installs: false,
  destDevice: null,
  destConfigs: [],
  destAppendKargs: [],
  destDeleteKargs: [],
  destConsoles: [],
  preInstall: [],
  postInstall: [],
  certificates: [],
  installerConfigs: [],
  reboot: false,
}

/**
 * Returns the contents for the reserved places of a live system, as those that
 * `coreos-installer iso customize` makes (`src/live/customize.rs`). A single config of the live
 * system is kept as it is.
 */
export function makeLiveBoot({ config, live }: FirstBoot): LiveBoot {
  const settings = live ?? nothing
  const { appendKargs, deleteKargs, replaceKargs, keyfiles, installs, preInstall, postInstall, certificates } = settings
  const configs = [...settings.configs, ...(config && !installs ? [config] : [])]
  const destConfig = makeDestConfig(settings, config)
  const own = describeInstallation(settings, destConfig !== null)
  const installerConfigs = [
    ...settings.installerConfigs,
    ...(own === null
      ? []
      : // YAML 1.2 contains JSON.
        [{ name: 'customize.yaml', bytes: Buffer.from(JSON.stringify(own)), directives: Object.keys(own) }]),
  ]
  const files = [
    ...preInstall.map(({ name, bytes }) => writeFile(`/usr/local/bin/pre-install-${name}`, bytes, 0o700)),
    ...postInstall.map(({ name, bytes }) => writeFile(`/usr/local/bin/post-install-${name}`, bytes, 0o700)),
    ...(destConfig === null ? [] : [writeFile(destConfigPath, destConfig, 0o600)]),
    ...installerConfigs.map(({ name, bytes }, index) =>
      writeFile(`/etc/coreos/installer.d/${String(index).padStart(4, '0')}-${name}`, bytes, 0o600),
    ),
  ]
  const units = [
    ...preInstall.map(({ name }, index) =>
      runScript('pre', name, preInstall[index - 1], 'coreos-installer-pre.target', 'coreos-installer.service'),
    ),
    ...postInstall.map(({ name }, index) =>
      runScript('post', name, postInstall[index - 1], 'coreos-installer.service', 'coreos-installer.target'),
    ),
    ...(installs && !settings.reboot ? [powerOff] : []),
  ]
  const isAlone = files.length + units.length + certificates.length === 0
  return {
    config: isAlone && configs.length < 2 ? (configs[0] ?? null) : makeConfig(configs, certificates, files, units),
    appendKargs,
    deleteKargs,
    replaceKargs,
    keyfiles,
    directives: installerConfigs.length === 0 ? null : installerConfigs.flatMap(({ directives }) => directives),
  }
}

/** Returns the config of the installed system; null for none. */
export function makeDestConfig({ destConfigs, installs, certificates }: LiveSettings, given: Buffer | null) {
  const configs = [...destConfigs, ...(given && installs ? [given] : [])]
  if (configs.length === 0) return null
  return configs.length === 1 && certificates.length === 0 ? configs[0]! : makeConfig(configs, certificates, [], [])
}

/** Returns the installer's options, by the long names of its command line; null for none. */
function describeInstallation(live: LiveSettings, hasConfig: boolean): Record<string, unknown> | null {
  const { destDevice, destAppendKargs, destDeleteKargs, destConsoles, installs, keyfiles } = live
  const options = {
    ...(destDevice !== null && { 'dest-device': destDevice }),
    ...(hasConfig && { 'ignition-file': destConfigPath }),
    ...(destAppendKargs.length > 0 && { 'append-karg': destAppendKargs }),
    ...(destDeleteKargs.length > 0 && { 'delete-karg': destDeleteKargs }),
    ...(destConsoles.length > 0 && { console: destConsoles }),
    ...(installs && keyfiles.length > 0 && { 'copy-network': true }),
  }
  return Object.keys(options).length === 0 ? null : options
}

function makeConfig(configs: Buffer[], certificates: NamedFile[], files: FileNode[], units: Unit[]): Buffer {
  const made: Config = {
    ignition: {
      version,
      ...(configs.length > 0 && { config: { merge: configs.map((each) => encodeContents(each)) } }),
      ...(certificates.length > 0 && {
        security: { tls: { certificateAuthorities: certificates.map(({ bytes }) => encodeContents(bytes)) } },
      }),
    },
    ...(files.length > 0 && { storage: { files } }),
    ...(units.length > 0 && { systemd: { units } }),
  }
  return Buffer.from(JSON.stringify(made))
}

const writeFile = (path: string, bytes: Buffer, mode: number): FileNode => ({
  path,
  mode,
  contents: encodeContents(bytes),
})

/**
 * Returns the unit of a script, which a unit of the installer waits for. coreos-installer leaves
 * the order of several scripts open. Here each one waits for the one before it, and runs only if
 * that succeeded, so that the disk is released before any other script sees it.
 * @param before – the script before it
 * @param start – unit that it runs after
 * @param waiting – unit that waits for it
 */
function runScript(
  when: 'pre' | 'post',
  name: string,
  before: NamedFile | undefined,
  start: string,
  waiting: string,
): Unit {
  const unitOf = (script: string) => `${when}-install-${script}.service`
  const former = before === undefined ? '' : `Requires=${unitOf(before.name)}\nAfter=${unitOf(before.name)}\n`
  return {
    name: unitOf(name),
    enabled: true,
    contents: `[Unit]
Description=Script of the ${when}-installation (${name})
After=${start}
${former}Before=${waiting}

[Service]
Type=oneshot
ExecStart=/usr/local/bin/${when}-install-${name}
RemainAfterExit=true
StandardOutput=kmsg+console
StandardError=kmsg+console

[Install]
RequiredBy=${waiting}
`,
  }
}

/**
 * Powers the machine off where it would restart after the installation, from the same drive again
 * and again (`systemd/coreos-installer-reboot.service` of coreos-installer).
 */
const powerOff: Unit = {
  name: 'coreos-installer-reboot.service',
  dropins: [
    {
      name: 'power-off.conf',
      contents: '[Service]\nExecStart=\nExecStart=/usr/bin/systemctl --no-block poweroff\n',
    },
  ],
}

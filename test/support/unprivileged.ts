import { execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { letGo } from './drives/private-mounts.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from './temporary.ts'

const root = resolve(import.meta.dirname, '../..')
/** Where the project is seen by somebody who may not enter the developer's directories. */
export const sourcesSeenAt = '/mnt'
/** The user who has no rights at all. */
const nobody = 65534

export interface UnprivilegedOptions {
  /**
   * The commands that sudo allows: all without a password, all with the password `kindling`, the
   * installed helper alone without a password, or none.
   */
  sudo?: 'without-password' | 'with-password' | 'helper-alone' | 'never'
  /** A block device that is mounted at /srv, so that it carries the system of this user. */
  carrier?: string
  /** What polkit answers; it is not started unless told. */
  polkit?: 'yes' | 'no'
  /** The only action that polkit says yes to; all unless told. */
  action?: string
  /** A directory of policies, in place of the system's own. */
  policies?: string
  /** The folder of a built app, or of Electron, to be installed in /opt/Kindling. */
  installed?: string
  /** The sources and what was built of them are not there at all. */
  withoutSources?: boolean
}

export interface Unprivileged {
  /** A directory of that user's own. */
  home: TemporaryDirectory
  /** The path of a file that this user may read, if its own permissions say so. */
  shared(name: string): string
  /** A program's path as this user sees it. */
  seen(path: string): string
  /** The words that run a program as this user, with these rules, and nowhere else. */
  command(program: string[]): string[]
  dispose(): Promise<void>
}

/**
 * A user without rights, and the real sudo and polkit with rules for them. The rules are mounted over the system's own in a
 * mount namespace that ends with the program: the machine's stay as they are, whatever happens.
 */
export async function makeUnprivileged({
  sudo = 'never',
  polkit,
  action,
  policies,
  installed,
  carrier,
  withoutSources = false,
}: UnprivilegedOptions): Promise<Unprivileged> {
  const place = await makeTemporaryDirectory('kindling-rights-')
  await chmod(place.path, 0o755)
  const file = async (name: string, text: string, mode = 0o644) => {
    await writeFile(place.file(name), text, { mode })
    return place.file(name)
  }
  await Promise.all(['sudoers.d', 'rules.d', 'home'].map((name) => mkdir(place.file(name))))
  execFileSync('chown', [`${nobody}:${nobody}`, place.file('home')])
  const rule = {
    'without-password': 'NOPASSWD: ALL',
    'with-password': 'ALL',
    'helper-alone': 'NOPASSWD: /opt/Kindling/kindling-privileged',
    never: null,
  }[sudo]
  if (rule !== null) await file('sudoers.d/kindling', `nobody ALL=(root) ${rule}\n`, 0o440)
  const answer = polkit === 'yes' ? 'YES' : 'NO'
  const asked = action === undefined ? '' : ` && action.id == "${action}"`
  await file(
    'rules.d/00-kindling.rules',
    `polkit.addRule(function (action, subject) { if (subject.user == "nobody"${asked}) return polkit.Result.${answer} })\n`,
  )
  const hash = execFileSync('openssl', ['passwd', '-6', 'kindling'], { encoding: 'utf8' }).trim()
  const shadow = await file('shadow', `root:*:19000:0:99999:7:::\nnobody:${hash}:19000:0:99999:7:::\n`, 0o640)
  const script = await file(
    'enter.sh',
    [
      'set -eu',
      letGo,
      `mount --bind ${place.file('sudoers.d')} /etc/sudoers.d`,
      `mount --bind ${shadow} /etc/shadow`,
      ...(withoutSources ? [] : [`mount --bind ${root} ${sourcesSeenAt}`]),
      ...(carrier === undefined ? [] : [`mount -o ro ${carrier} /srv`]),
      ...(policies === undefined ? [] : [`mount --bind ${policies} /usr/share/polkit-1/actions`]),
      ...(installed === undefined
        ? []
        : ['mount -t tmpfs none /opt', 'mkdir /opt/Kindling', `mount --bind ${installed} /opt/Kindling`]),
      ...(withoutSources ? [`mount -t tmpfs none ${root}`] : []),
      ...(polkit === undefined
        ? []
        : [
            `mount --bind ${place.file('rules.d')} /etc/polkit-1/rules.d`,
            'mkdir -p /run/dbus',
            'mount -t tmpfs none /run/dbus',
            'dbus-daemon --system --nofork --nopidfile --print-address=9 9>/run/dbus/ready 2>/dev/null &',
            'bus=$!',
            'while ! [ -s /run/dbus/ready ]; do :; done',
            '/usr/lib/polkit-1/polkitd --no-debug 2>/dev/null &',
            "trap 'kill $! $bus' EXIT",
          ]),
      'cd /',
      `setpriv --reuid=${nobody} --regid=${nobody} --clear-groups -- "$@"`,
    ].join('\n'),
  )
  return {
    home: { ...place, path: place.file('home'), file: (name) => join(place.file('home'), name) },
    shared: (name) => place.file(name),
    seen: (path) => path.replace(root, sourcesSeenAt),
    command: (program) => ['unshare', '--mount', 'bash', script, ...program],
    dispose: () => place.dispose(),
  }
}

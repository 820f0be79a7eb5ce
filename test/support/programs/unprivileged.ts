import { execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { letGo } from '../drives/private-mounts.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../files/temporary.ts'

const root = resolve(import.meta.dirname, '../../..')
/** Mount point of the project for a user who may not enter the developer's directories. */
export const sourcesSeenAt = '/mnt'
/** User id of an account without any rights. */
const nobody = 65534

export interface UnprivilegedOptions {
  /**
   * The commands that sudo allows: all without a password, all with the password `kindling`, only
   * the installed helper without a password, or none.
   */
  sudo?: 'without-password' | 'with-password' | 'helper-alone' | 'never'
  /** A block device to be mounted at /srv, so that it counts as a system drive for this user. */
  carrier?: string
  /** Answer of polkit. Polkit is started only if this is given. */
  polkit?: 'yes' | 'no'
  /** The only action that polkit's rule answers. By default it answers all actions. */
  action?: string
  /** Directory of policies that replaces the system's own. */
  policies?: string
  /** Folder of a built app, or of Electron, to be installed in /opt/Kindling. */
  installed?: string
  /** Hides the sources and the build output from the user. */
  withoutSources?: boolean
}

export interface Unprivileged {
  /** Home directory of the user. */
  home: TemporaryDirectory
  /** Returns the path of a file that this user may read, if the file's own permissions allow it. */
  shared(name: string): string
  /** Returns a program's path as this user sees it. */
  seen(path: string): string
  /**
   * Returns the command line that runs a program as this user with these rules. The rules apply
   * only to that program.
   */
  command(program: string[]): string[]
  dispose(): Promise<void>
}

/**
 * Makes a user without rights, and rules for them in the real sudo and polkit. The rules are
 * mounted over the system's own in a mount namespace that ends with the program. Therefore the
 * machine's own rules never change.
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

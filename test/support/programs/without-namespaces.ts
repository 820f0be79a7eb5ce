/**
 * Returns the command line that runs a program of root where nobody can create a user namespace, as
 * on Ubuntu 24.04 and hardened kernels. The limit is that of a user namespace made for the program,
 * with the same users; all others keep theirs. The process id stays that of the command.
 */
export const withoutNamespaces = (command: string[]): string[] => ['bash', '-c', script, ...command]

const script = `set -e
own=$(readlink /proc/self/ns/user)
(
  until [ "$(readlink /proc/$$/ns/user)" != "$own" ]; do sleep 0.01; done
  echo 0 0 65536 >/proc/$$/gid_map
  echo 0 0 65536 >/proc/$$/uid_map
) &
limit='echo 0 >/proc/sys/user/max_user_namespaces && exec "$0" "$@"'
wait='until [ "$(id -u)" = 0 ]; do sleep 0.01; done; limit=$1; shift; exec bash -c "$limit" "$@"'
exec unshare --user bash -c "$wait" bash "$limit" "$0" "$@"
`

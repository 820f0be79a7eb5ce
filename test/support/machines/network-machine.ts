import { spawn } from 'node:child_process'

/** Timeout of a machine, in milliseconds. */
const patience = 250_000

/** A server beside the machine, which knows it as 192.0.2.1. It ends with the machine. */
export type Beside = [program: string, ...args: string[]]

/** Returns dnsmasq with a configuration. */
export const serveByDnsmasq = (config: string): Beside => [
  'dnsmasq',
  ...['--keep-in-foreground', '--user=root', '--pid-file=', '--log-facility=-', '--leasefile-ro'],
  `--conf-file=${config}`,
]

/**
 * Starts a virtual PC without a disk in a network of its own, until it powers itself off. Its
 * processor is emulated: KVM inside of another virtual machine may hang.
 * @param servers – programs that serve it
 * @param until – output that ends it earlier
 * @param memory – in MiB
 * @param other – a server of another host in the same network, on the interface tap1
 * @param card – network card, as QEMU calls it
 * @param firmware – options of QEMU; by default a PC without UEFI, with iPXE in its ROM
 * @returns the output of its serial line
 */
export function startNetworkMachine(
  servers: Beside[],
  {
    until,
    memory = 128,
    card = 'e1000',
    firmware = [],
    other,
  }: { until?: RegExp; memory?: number; card?: string; firmware?: string[]; other?: Beside } = {},
): Promise<string> {
  const taps = other === undefined ? ['tap0'] : ['tap0', 'tap1']
  // QEMU is the cable between several hosts.
  const cable = taps.flatMap((name) => [
    ...['-netdev', `tap,id=${name},ifname=${name},script=no,downscript=no`],
    ...['-netdev', `hubport,hubid=0,id=port-${name},netdev=${name}`],
  ])
  const machine = [
    ...['qemu-system-x86_64', '-machine', 'pc,graphics=off', '-accel', 'tcg', '-m', String(memory), '-boot', 'n'],
    ...['-display', 'none', '-nodefaults', '-no-reboot', '-serial', 'stdio', ...firmware],
    ...[...cable, '-netdev', 'hubport,hubid=0,id=port', '-device', `${card},netdev=port`],
  ]
  const commands = [
    'ip link set lo up',
    ...taps.flatMap((name, index) => [
      `ip tuntap add ${name} mode tap && ip addr add 192.0.2.${index + 1}/24 dev ${name} && ip link set ${name} up`,
    ]),
    ...[...servers, ...(other === undefined ? [] : [other])].map((server) => `${server.map(quote).join(' ')} >&2 &`),
    `exec ${machine.map(quote).join(' ')}`,
  ]
  const running = spawn('unshare', ['--net', '--pid', '--fork', '--kill-child', 'sh', '-c', commands.join('\n')], {
    timeout: patience,
    killSignal: 'SIGKILL',
  })
  return new Promise((resolve, reject) => {
    let [serial, log] = ['', '']
    running.stderr.on('data', (bytes: Buffer) => (log += bytes.toString()))
    running.stdout.on('data', (bytes: Buffer) => {
      serial += bytes.toString()
      if (until?.test(serial) || /No bootable device|grub(?: rescue)?> |Kernel panic/.test(serial))
        running.kill('SIGKILL')
    })
    running.on('error', reject)
    running.on('close', (code) => {
      const isDone = until === undefined ? code === 0 : until.test(serial)
      if (isDone) resolve(serial)
      else reject(new Error(`${serial}\n${log}`))
    })
  })
}

const quote = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`

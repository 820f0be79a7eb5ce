/** Console of the kernel and of GRUB, in the way of coreos-installer (`src/cmdline/console.rs`). */
export interface Console {
  /** Value of the kernel argument `console`, written out in full. */
  karg: string
  grubTerminal: 'console' | 'serial'
  /** Command that sets up GRUB's serial terminal; null for a screen. */
  grubCommand: string | null
}

const screens = ['tty0', 'hvc0', 'ttysclp0']
const parities = { n: 'no', o: 'odd', e: 'even' }

/** Returns the console that a text like `tty0` or `ttyS0,115200n8` names; null if it names none. */
export function parseConsole(text: string): Console | null {
  if (screens.includes(text)) return { karg: text, grubTerminal: 'console', grubCommand: null }
  const found = /^(ttyS|ttyAMA)(\d{1,3})(?:,(\d{1,10})(?:([noe])([5-8])?)?)?$/.exec(text)
  if (found === null) return null
  const [, driver, portDigits, speedDigits = '9600', parity = 'n', bits = '8'] = found
  const [port, speed] = [Number(portDigits), Number(speedDigits)]
  if (port > 255 || speed > 0xffffffff) return null
  return {
    karg: `${driver}${port},${speed}${parity}${bits}`,
    grubTerminal: 'serial',
    grubCommand: `serial --unit=${port} --speed=${speed} --word=${bits} --parity=${parities[parity as keyof typeof parities]}`,
  }
}

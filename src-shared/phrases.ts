import { failureCatalog, type FailureCode } from './failure-catalog.ts'
import { fillIn, type NamesIn } from './values-in.ts'

/**
 * Texts that the core puts into failures and warnings (reasons, kinds, users of a drive): a code
 * for each, in English. `{name}` is replaced by a value, which may itself be a phrase.
 */
export const phrases = {
  // Requests
  'no-stream-name': '{name} is not the name of a stream',
  'base-has-query': '"{url}" has a query or a fragment; give a directory of streams',
  'no-web-address': '"{url}" is not an http or https address',
  'address-with-password': '"{url}" was given with a user name or a password, which Kindling does not send',
  'proxy-unusable': 'The proxy that http_proxy or https_proxy names cannot be used: {reason}',
  'no-size': '{named} is "{text}", which is not a size like 20GB',
  'drive-named-twice': '{drive} is named twice',
  'several-files': '{format} is {count} files',
  'several-files-unproved': '{format} is {count} files: one signature or hash cannot prove them all',

  // Settings
  'setting-theme': 'the theme is system, light or dark',
  'setting-language': 'the language is system, en or ru',
  'setting-mirror': 'a mirror is an http or https address of a directory, without user, password, query and fragment',
  'setting-keyring': 'a keyring is named by its whole path',
  'setting-memory': 'the memory is a number of bytes',
  'setting-cache-limit': 'the limit of the cache is a number of bytes',
  'setting-cache-directory': 'the directory of the cache is named by its whole path',
  'setting-verify': 'verify is true or false',
  'setting-when-done': 'when a drive is done, it is nothing or eject',
  'setting-updates': 'updates are off, stable or beta',

  // The catalog
  'whole-file': 'the whole file',
  'too-many-levels': 'nested deeper than {most} levels',
  'too-many-values': 'more than {most} values',
  'too-many-bytes': 'larger than {most} bytes',
  'no-utf8': 'not UTF-8 text',
  'not-json': 'not JSON',
  'value-missing': 'missing',
  'expected-text': 'expected text',
  'expected-object': 'expected an object',
  'expected-list': 'expected a list',
  'text-too-long': 'longer than {most} characters',
  'text-not-plain': 'empty, or with control characters',
  'no-sha256': 'not a sha256, which has 64 hexadecimal digits',
  'no-http-address': 'not an http or https address',
  'not-beside-streams': 'the metadata of a release must be on the server of its stream, beside the streams',
  'address-holds-user': 'an address with a user name or a password',
  'stream-is-another': 'the metadata of {stream} say that they are of the stream {stated}',
  'stream-is-older': 'the metadata of {stream} have {release}, but {seen} was seen there before',
  'wanted-architecture': 'architecture {name}',
  'wanted-platform': 'platform {name}',
  'wanted-platform-for': 'platform {name} for {architecture}',
  'wanted-format': 'format {name}',
  'wanted-format-for': 'format {name} for {part}',
  'wanted-format-for-both': 'format {name} for {platform} on {architecture}',

  // The network
  'not-asked': 'the server was not asked',
  'not-asked-never-seen': 'the server was not asked, and the stream {stream} was never seen before',
  'no-answer': 'no answer within {seconds} seconds',
  'answer-incomplete': 'the answer was not complete after {seconds} seconds',
  'answer-too-long': 'more than {most} bytes',
  'range-not-said': '206 without saying which bytes it sends',
  'into-own-network': 'a public server may not lead to this computer or its own network',
  'redirect-nowhere': 'it is not an address',
  'redirect-not-web': '{protocol} is not the web',
  'redirect-unencrypted': 'it would give up encryption',
  'redirect-with-password': 'it holds a user name or a password',
  'redirects-too-many': 'there were {most} redirects before it',
  'servers-silent': 'their servers did not answer within {seconds} s',
  'the-server': 'the server',
  'sizes-not-said': 'nothing says how large they are',
  'asked-too-many': 'more than {most} are not asked for at once',
  'larger-than-cache': 'it is larger than the cache may be ({limit} bytes)',

  // Signatures and keys
  'file-empty': 'it is empty',
  'file-too-long': 'it has more than {most} bytes',
  'web-page': 'it is a web page',
  'not-there': 'it is not there',
  'not-among-listed':
    'none of the files that it lists ({count}) has that name; if the file was renamed, give the SHA-256 of its line',
  'listed-with-other-hash': 'it holds only the {hash} of that file',
  'no-sums': 'it is an OpenPGP file, and no list of sums',
  'cleartext-several': 'it holds more than one signed text',
  'cleartext-broken': 'its signed text has no end, or a line that begins with a dash',
  'signatures-too-many': 'it holds more than {most} signatures',
  'signature-version-unknown': 'it holds no signature of a version that Kindling knows',
  'signature-version': 'it has version {version}',
  'signature-of-no-file': 'it does not sign a file',
  'signature-algorithm': 'it is made with the algorithm {algorithm}, which Kindling does not know',
  'key-version': 'a key of this version makes no signatures of version {version}',
  'signature-hash-unknown': 'it uses the hash {id}, which Kindling does not know',
  'no-date': 'no date',
  'earlier-date': 'an earlier date',
  'key-made-later': 'it was made after it signed',
  'key-is-another': 'it names another key than the one it was made with',
  'signed-for-other-fedora': 'it is called {release}, but was signed with the key of Fedora {fedora}',
  'signed-before-release': 'it is called {release}, but was signed before that, on {day}',
  'release-of-other-stream': 'it is release {release} of the stream {found}, not of {stream}',
  'made-for-other': 'it was made for {found}, not for {wanted}',
  'says-other-release': 'it holds release {found}, not {wanted}',
  'keyring-private': 'it holds a private key; give the public key alone',
  'keyring-empty': 'it holds no public key',

  // The image
  'the-image': 'The image',
  'the-format': 'The format {format}',
  qcow2: 'QEMU disk (qcow2)',
  vmdk: 'VMware disk (vmdk)',
  vhd: 'Hyper-V disk (vhd)',
  vhdx: 'Hyper-V disk (vhdx)',
  vdi: 'VirtualBox disk (vdi)',
  qed: 'QEMU disk (qed)',
  parallels: 'Parallels disk',
  'android-sparse': 'sparse image of Android',
  tar: 'tar archive (ova)',
  bfb: 'boot stream for BlueField cards (bfb)',
  'container-disk': 'container image with a disk, as KubeVirt starts it (ociarchive)',
  zip: 'zip archive',
  '7z': '7z archive',
  rar: 'rar archive',
  bzip2: 'bzip2 file',
  lzip: 'lzip file',
  lzop: 'lzop file',
  lz4: 'lz4 file',
  compress: 'file of compress (.Z)',
  lzma: 'lzma file',
  'xz-again': 'file that is packed twice, with xz inside',
  'gz-again': 'file that is packed twice, with gzip inside',
  'zst-again': 'file that is packed twice, with zstd inside',
  wim: 'Windows image (wim)',
  cab: 'cabinet archive (cab)',
  cpio: 'cpio archive',
  deb: 'Debian package',
  rpm: 'RPM package',
  elf: 'program or library (ELF)',
  pdf: 'PDF document',
  pgp: 'signature, key or message of OpenPGP',
  'set-of-files': 'set of {count} files',
  'file-of-kind': '{extension} file',
  'kept-part': 'the part that was fetched before',
  'decoder-memory': 'the decoder ran out of memory',
  'decoder-ended': 'a decoder thread ended with {code}',
  'hash-ended': 'the hash thread ended with {code}',
  'dictionary-too-large': 'a dictionary over 64 MiB',
  'xz-filter-or-check': 'an .xz filter or check',
  'xz-filter': 'the .xz filter {id}',
  'xz-several-filters': 'several LZMA2 filters',
  'xz-newer-filter': 'an LZMA2 filter of a newer .xz format',
  'xz-dictionary': 'a dictionary of {size} MiB',
  'xz-check': 'the block check {id}',
  'xz-check-sha256': 'a SHA-256 block check',
  'xz-newer': 'a newer .xz format',
  'xz-mixed-sizes': 'blocks of which only some say their sizes',
  'checksums-differ': 'its checksums do not fit its data',
  'index-unlike-blocks': 'its index does not fit its blocks',
  'index-leads-nowhere': 'its index does not lead to its blocks',
  'blocks-too-many': 'it has too many blocks',
  'more-blocks': 'more than {most} blocks',
  'more-streams': 'more than {most} streams',
  'indexes-impossible': 'its indexes announce an impossible size',
  'footer-outside': 'the footer points outside the file',
  'index-too-much': 'the index names more data than there is',
  'checks-contradict': 'header and footer name different checks',
  'no-stream-header': 'there is no stream header',
  'stream-header-damaged': 'the stream header is damaged',
  'stream-footer-damaged': 'the stream footer is damaged',
  'index-damaged': 'the index is damaged',
  'index-too-many-blocks': 'the index announces more blocks than it has',
  'index-empty-block': 'the index has a block of no size',
  'index-impossible': 'the index announces an impossible size',
  'block-header-damaged': 'a block header is damaged',
  'block-without-size': 'a block has no size',
  'number-cut-off': 'a number in it is cut off',
  'number-strange': 'a number in it is written strangely',
  'number-too-large': 'a number in it is too large',
  'number-too-long': 'a number in it is too long',
  'zst-checksum': 'its checksum does not fit its data',
  'zst-no-frame': 'this is no frame',
  'zst-reserved': 'a frame header has a reserved bit set',
  'zst-dictionary': 'a dictionary that is not in the file',
  'zst-window': 'a window of {size} MiB (at most {most} MiB)',
  'zst-window-memory': 'a window of {size} MiB (the memory for decompressing leaves {most} MiB for it)',
  'zst-block-too-large': 'a block is larger than the format allows',
  'sizes-differ': 'it has {size} bytes, the image {imageSize}',
  'no-file': 'it is not a file',
  'name-twice': 'two of the files would have that name',
  'name-taken': 'there is a file of that name already',
  'format-unwritten': 'Kindling writes raw images, .gz and .zst, but no {extension}',
  'zst-unwritten': 'this program runs on a version of Node that writes no .zst; .gz is possible',
  'on-saved-drive': 'it would lie on {drive}, which is saved',
  'no-room': '{needed} bytes are needed, and {available} are free; a compressed file may need less',
  'another-of-name': 'another file of that name is there already',

  // The first boot
  'metal-of-live': '{option} is for metal images, and {image} is a live system: use {instead}',
  'live-of-metal': '{option} is for live systems, and {image} is a metal image: use {instead}',
  'nothing-installs': 'Settings of an installed system need the disk that it is installed on: {option}',
  'first-boot-read-back': 'The first boot is set up from proved bytes: the drive must be read back',
  'config-of-answers': 'the config made from the answers',
  'config-of-installation': 'the config made for the live system',
  'disk-of-installer': 'a disk that the installer chooses',
  'name-not-plain': 'its name has other characters than letters, digits, dots, hyphens and underscores',
  'no-interpreter': 'its first line names no interpreter, so the system cannot run it',
  'no-certificate': 'it has no certificate in PEM',
  'no-installer-config': 'it is not a list of options in YAML',
  'config-needs-hash': '{url} is not encrypted: its config needs a hash',
  'keyfiles-of': '{directory} has {count} files, and 1 to 100 connections are possible',
  'keyfile-line': 'line {line} is not one of a section, a key and its value',
  'keyfile-without-connection': 'it has no section [connection]',
  'boot-missing': 'it has no partition that is named boot',
  'boot-twice': 'it has several partitions that are named boot',
  'boot-not-ext4': 'its boot partition is not ext4',
  'boot-unclean': 'its boot file system was not unmounted, or has errors',
  'boot-unfamiliar': 'its boot file system has a form that Kindling does not know',
  'boot-without-stamp': 'it has no file ignition.firstboot, so it reads no config when it starts',
  'boot-set-up': 'its first boot is set up already',
  'boot-entry-strange': 'its boot loader entry has no single line of kernel arguments',
  'boot-entry-not-metal': 'its boot loader entry does not say ignition.platform.id=metal',
  'platforms-strange': 'its table of platforms has a form that Kindling does not know',
  'grub-without-markers': 'its GRUB has no place for the settings of consoles',
  'boot-unchanged': 'its boot file system cannot be changed ({reason})',
  'kargs-of-s390x': 'on s390x only zipl can change kernel arguments, consoles and platform',
  'no-receipt': 'it is not a receipt of Kindling',
  'receipt-without-first-boot': 'it tells of no first boot',
  'receipt-damaged': 'what it says of the first boot is damaged',
  'iso-unfamiliar': 'it has not the places that a live ISO of Fedora CoreOS reserves for settings',
  'iso-set-up': 'it is a live ISO that was customized already',
  'iso-kargs-differ': 'its boot loaders have different kernel arguments',
  'iso-without-kargs': 'it is older than January 2021, and its kernel arguments cannot be changed',
  'iso-without-network': 'its release does not read connections of NetworkManager from the ISO',
  'iso-without-installer': 'its release, older than December 2021, has no installer that works by itself',
  'iso-without-directive': 'the installer of its release does not know the option {directive}',
  'iso-archive': 'its settings are no archive that Kindling can unpack',
  'iso-initrd': 'the config and the connections',
  'iso-kargs': 'the kernel arguments',
  'iso-area': 'The area at byte {offset}',

  // Drives
  'the-drive': 'The drive',
  'at-least': 'at least {bytes}',
  'drive-below': 'it has {size} bytes, and at least {least} are needed',
  'drive-above': 'it has {size} bytes, and at most {most} are possible',
  'label-character': 'The label {label} has {character}, which {fileSystem} does not allow',
  'label-long': 'The label {label} is too long: {most} characters are possible',
  'label-ends': 'The label {label} begins or ends with a space',
  'iso-needs': 'it needs {bytes} bytes',
  'size-unasked': 'its size could not be asked',
  'a-directory': 'a directory',
  'a-file': 'a file',
  'a-block-device': 'a block device',
  'a-character-device': 'a character device',
  'a-pipe': 'a pipe',
  'a-socket': 'a socket',
  'an-empty-file': 'an empty file',
  'a-disc': 'a CD or DVD',
  'no-medium': 'a device without a medium',
  'luks-on': 'a LUKS volume on {device}',
  'lvm-on': 'a logical volume on {device}',
  'raid-on': 'a RAID array on {device}',
  'multipath-on': 'a multipath device on {device}',
  'mapped-on': 'a mapped device on {device}',
  luks: 'LUKS volume {device}',
  lvm: 'logical volume {device}',
  raid: 'RAID array {device}',
  multipath: 'multipath device {device}',
  mapped: 'mapped device {device}',
  loop: 'loop device {device}',
  'btrfs-of': 'the btrfs of {members}',
  'a-process': '{program} (process {id})',
  'some-process': 'a program (process {id})',
  'mounted-for-process': 'what {program} (process {id}) alone sees mounted at {place}',
  'mounted-at': 'what is mounted at {place}',
  'another-program': 'another program',
  swap: 'swap',
  'kindling-itself': 'Kindling itself',
  'built-in': 'it is built in',
  'mounted-again': 'it is mounted again and again',
  'no-right-to-write': 'its permissions do not let you',
  'file-system-read-only': 'its file system is mounted read-only',
  'mounted-on-it': '{device} is mounted on it at {place}',
  'mounted-over-it': '{device} is mounted over it',
  'other-mounted-on-it': 'another file system is mounted on it at {place}',
  'other-mounted-over-it': 'another file system is mounted over it',
  'files-open': 'files are open',
  'used-by': 'it is in use by {users}',
  identity: '{name}, {size} bytes, number {number}',
  'identity-serial': '{name}, {size} bytes, number {number}, serial {serial}',
  'identity-medium': '{name}, {size} bytes, number {number}, medium {medium}',
  'identity-both': '{name}, {size} bytes, number {number}, serial {serial}, medium {medium}',
  'no-program': 'the program {program} is not installed',
  'not-on-usb': '{device} is not on USB: there is nothing that could power it off.',
  'others-go-with-it': '{device} was not powered off, since {others} would go with it.',
  'not-powered-off': '{device} could not be powered off: {reason}',
  'not-ejected': '{device} was not ejected: {reason}',
  'table-not-reread':
    'The system did not read the new partition table of {device} ({reason}). Plug the drive out and in to see its partitions.',
  'table-read-later': 'Windows reads a new partition table when the drive is plugged out and in again.',
  'no-node-for': 'The system made no device for {devices}.',
  'helper-ended': 'it ended',
  'helper-opened-nothing': 'it opened nothing',
  'helper-closed': 'it was closed',
  'no-room-to-drive': 'there is no room for bytes on their way to the drive',
  'bytes-missing': 'bytes are missing on their way from the drive',

  // Updates of Kindling itself
  'update-lacks': 'there is no {file} beside it',
  'update-not-named': 'what was signed does not name {file}',
  'update-by-stranger': 'it is signed by a key that is none of Kindling’s ({key})',
  'update-sums-changed': 'its list of sums is not the one that was signed',
  'update-changed': 'its bytes are others than those that were signed',
  'update-not-as-said': 'its bytes are others than those that were announced',
  'update-no-version': '{text} is no version',
  'update-pre-release': '{version} is a pre-release',
  'update-has-no': 'it has no {file}',
  'update-in-parts': 'it would be fetched in parts',
  'update-empty': 'nothing was fetched',
  'update-nowhere': 'nobody knows which file to replace',
} as const

export type PhraseCode = keyof typeof phrases

/**
 * Text of the core as data: the key of its words (`phrases.swap`, `failures.usage.title`) and its
 * values. `String` and JSON render it in English. The window, which receives a structured clone,
 * translates it by the key.
 */
export interface Phrase {
  readonly key: string
  readonly values: Readonly<Record<string, Value>>
}

/** Value in a text of the core. */
export type Value = string | number | boolean | null | Phrase | (string | Phrase)[]

/** Phrase, or text of the system, of a library or of a file, which has no key. */
export type Said = string | Phrase

class EnglishPhrase implements Phrase {
  readonly key: string
  readonly values: Readonly<Record<string, Value>>

  constructor(key: string, values: Readonly<Record<string, Value>>) {
    this.key = key
    this.values = values
  }

  toString(): string {
    return fillIn(textOf(this.key), this.values)
  }

  toJSON(): string {
    return this.toString()
  }
}

/** Returns the English text of a key. An unknown key, which only sent data has, is its own text. */
function textOf(key: string): string {
  const [group, code = ''] = key.split('.')
  const texts: Record<string, string | { title: string }> = group === 'phrases' ? phrases : failureCatalog
  const found = Object.hasOwn(texts, code) ? texts[code]! : key
  return typeof found === 'string' ? found : found.title
}

type ValuesFor<Code extends PhraseCode> = [NamesIn<(typeof phrases)[Code]>] extends [never]
  ? []
  : [Record<NamesIn<(typeof phrases)[Code]>, Exclude<Value, boolean | null>>]

/** Returns a phrase with its values. */
export const say = <Code extends PhraseCode>(code: Code, ...[values]: ValuesFor<Code>): Phrase =>
  new EnglishPhrase(`phrases.${code}`, values ?? {})

/** Returns the title of a failure, as the reason of another one. */
export const sayTitle = (code: FailureCode, details: Readonly<Record<string, Value>>): Phrase =>
  new EnglishPhrase(`failures.${code}.title`, details)

export const isPhrase = (value: unknown): value is Phrase =>
  typeof value === 'object' && value !== null && 'key' in value && 'values' in value

/** Returns values in which phrases that were cloned or sent as data render in English again. */
export const revivePhrases = (values: Readonly<Record<string, Value>>): Record<string, Value> =>
  mapValues(values, (said) => (isPhrase(said) ? revivePhrase(said) : said))

export const revivePhrase = ({ key, values }: Phrase): Phrase => new EnglishPhrase(key, revivePhrases(values))

/** Returns texts without those that read the same as an earlier one. */
export const distinct = (texts: Said[]): Said[] =>
  texts.filter((said, index) => texts.findIndex((other) => String(other) === String(said)) === index)

/** Maps each text among the values of a text. */
export const mapValues = (values: Readonly<Record<string, Value>>, map: (said: Said) => Said): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(map) : typeof value === 'string' || isPhrase(value) ? map(value) : value,
    ]),
  )

/** Returns a phrase as the message of a schema: there, only text can be stated. */
export const toMessage = (phrase: Phrase): string => JSON.stringify({ ...phrase })

/** Returns the phrase of a schema's message, or the message if the schema states none. */
export function fromMessage(message: string): Said {
  if (!message.startsWith('{"key":')) return message
  return revivePhrase(JSON.parse(message) as Phrase)
}

/** Error of the core whose text is a phrase. */
export class PhraseError extends Error {
  readonly phrase: Phrase

  constructor(phrase: Phrase, options?: ErrorOptions) {
    super(String(phrase), options)
    this.phrase = phrase
  }
}

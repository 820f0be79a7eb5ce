/**
 * Text of every problem that a config can have, under its code. An `error` stops the first boot or
 * the translation; a `warning` does not. A `window` replaces a text that speaks of the command
 * line. Each rule is one of Ignition (config/v3_*\/types), of Butane, or a fact about Fedora
 * CoreOS.
 */
export const problemTexts = {
  // The text is not a config
  'file-empty': { error: 'The file is empty' },
  'file-too-large': { error: 'The file is larger than {most} bytes, as no config is' },
  'utf16-text': {
    error:
      'The text is UTF-16, as PowerShell writes it; Ignition reads UTF-8. Save it as UTF-8 without a byte order mark',
  },
  'byte-order-mark': {
    error: 'The text begins with a byte order mark, which Ignition does not accept. Save it as UTF-8 without one',
  },
  'not-utf8': { error: 'The text is not UTF-8' },
  'cloud-config': { error: 'This is a cloud-config. Fedora CoreOS does not read one: write a Butane config instead' },
  'shell-script': {
    error: 'This is a script. To have it run at the first boot, put it into a file and a unit of a Butane config',
  },
  'html-page': { error: 'This is a web page, not a config: the address leads to a page, or to a login' },
  'private-key': {
    error: 'This is a private key. It must not leave your computer: give the public key, as --ssh-key',
    window: 'This is a private key. It must not leave your computer',
  },
  'public-key': {
    error: 'This is an SSH key, not a config. Make a config of it with kindling ignition make --ssh-key',
    window: 'This is an SSH key, not a config',
  },
  'butane-config': {
    error: 'This is a Butane config. Translate it first: kindling ignition translate FILE.bu > FILE.ign',
    window: 'This is a Butane config. Translate it to Ignition first',
  },
  'ignition-config': {
    error: 'This is an Ignition config already. Check it with kindling ignition check',
    window: 'This is an Ignition config already',
  },
  'machine-config': {
    error: 'This is a MachineConfig of OpenShift. Ignition reads only what is in its spec.config',
  },
  'packed-file': { error: 'The file is packed ({kind}). Unpack it first' },
  'syntax-json': { error: 'This is not valid JSON from here on' },
  'syntax-yaml': { error: 'This is not valid YAML: {reason}' },
  'not-an-object': { error: 'A config is an object in braces, not {found}' },
  'too-deep': { error: 'The text is nested too deeply, or repeats itself too often' },

  // Versions
  'version-missing': { error: 'The version is missing: {key} must be a string like "{example}"' },
  'version-not-known': {
    error: 'Ignition does not know the version "{version}". It must be one of 3.0.0 to 3.6.0, exactly so written',
  },
  'version-experimental': {
    error: 'The version "{version}" is experimental: only a release made for it accepts it',
  },
  'version-of-old-ignition': {
    error: 'The version "{version}" is that of Container Linux. Fedora CoreOS accepts 3.0.0 and later, which differ',
  },
  'version-too-new': {
    error: 'Release {release} accepts no version above {most}: the machine would stop at its first boot',
  },
  'version-perhaps-too-new': {
    warning: 'Release {release} is from the month in which version {version} came, and may accept only {most}',
  },
  'variant-missing': { error: 'The variant is missing: a Butane config begins with "variant: fcos"' },
  'variant-refused': {
    error: 'The variant "{variant}" is not for Fedora CoreOS, whose variant is "fcos"{reason}',
  },
  'butane-version-not-known': {
    error: 'Butane has no version "{version}" of the variant fcos. It must be one of 1.0.0 to 1.7.0',
  },

  // Keys and types
  'unused-key': { warning: 'The key {key} is ignored: there is no such key' },
  'unused-key-meant': { warning: 'The key {key} is ignored: the right key is {meant}' },
  'unused-key-later': { warning: 'The key {key} is ignored: it came with version {since}' },
  'key-case': { warning: 'The right key is {meant}: Ignition accepts {key} only because it ignores the case' },
  'key-twice': { warning: 'The key {key} is there twice; only the last one counts' },
  'wrong-type': { error: 'This must be {wanted}, not {found}' },
  'number-out-of-range': { error: 'The number {found} is too large' },

  // Values that several parts share
  'listed-twice': { error: '{name} is there twice' },
  'path-missing': { error: 'The path is missing' },
  'path-relative': { error: 'The path {found} is not absolute: it must begin with /' },
  'path-not-simple': { error: 'The path {found} must be written as {simple}' },
  'name-missing': { error: 'The name is missing' },
  'id-and-name': { error: 'Either id or name can be given, not both' },
  'mode-invalid': { error: 'The mode {found} is not valid: it must be between 0 and 4095 (octal 7777)' },
  'mode-special-bits': {
    warning: 'The bits setuid, setgid and sticky have no effect before version 3.6.0',
  },
  'mode-decimal': { warning: 'The mode is {found}, which is octal {octal}. Probably you meant {meant}' },

  // Resources
  'source-missing': { error: 'The source is missing' },
  'source-invalid': { error: 'The source is not a URL' },
  'source-scheme': { error: 'The source must be one of {schemes}, not {found}' },
  'data-url-invalid': { error: 'The data URL cannot be decoded: {reason}' },
  's3-version-empty': { error: 'The versionId of the source is empty' },
  'compression-not-known': { error: 'The compression must be gzip or empty, not "{found}"' },
  'gzip-invalid': { error: 'The source is not gzip, as the config says' },
  'hash-malformed': { error: 'The hash must be sha256- or sha512-, and its hexadecimal digits' },
  'hash-wrong-length': { error: 'A {kind} hash has {digits} hexadecimal digits, not {found}' },
  'hash-without-source': { error: 'There is a hash, but no source' },
  'hash-differs': { error: 'The data URL does not have this hash' },
  'headers-without-http': { error: 'Only a source of http or https can have headers' },
  'header-name-missing': { error: 'The name of the header is missing' },
  'overwrite-without-source': { error: 'Overwrite needs a source' },
  'proxy-scheme': { error: 'A proxy must be http or https' },
  'proxy-plaintext': { warning: 'The proxy for https is an http address: requests to it can be read on the way' },
  'nested-config-invalid': { error: 'The nested config is not valid: {reason}' },

  // Storage
  'device-missing': { error: 'The device is missing' },
  'partition-not-named': { error: 'A partition needs a label, or a number of at least 1' },
  'partition-label-long': { error: 'The label of a partition has at most 36 characters' },
  'partition-label-colon': { error: 'The label of a partition must not contain a colon' },
  'partition-label-twice': { error: 'Two partitions of this disk have the label {label}' },
  'partitions-overlap': { error: 'This partition overlaps another one' },
  'partition-absent-with-others': { error: 'A partition that should not exist can have nothing but its number' },
  'partition-numbers-needed': {
    error: 'Since a partition of this disk should not exist, all of its partitions need their numbers',
  },
  'guid-invalid': { error: 'A GUID has the form 01234567-89AB-CDEF-EDCB-A98765432101' },
  'raid-level-missing': { error: 'The level of the array is missing' },
  'raid-level-not-known': { error: 'There is no RAID level {found}' },
  'raid-spares': { error: 'An array of level {level} has no spares' },
  'raid-devices-missing': { error: 'The devices of the array are missing' },
  'filesystem-not-known': { error: 'The format must be one of {formats}, not {found}' },
  'filesystem-format-missing': { error: 'The format is missing, which the other options of the file system need' },
  'filesystem-label-long': { error: 'A label of {format} has at most {most} characters' },
  'filesystem-over-disk': { warning: 'This file system overwrites the partition table of its disk' },
  'luks-name-slash': { error: 'The name of a volume must not contain a slash' },
  'luks-label-long': { error: 'The label of a volume has at most 47 characters' },
  'clevis-custom-alone': { error: 'Custom cannot be combined with tpm2, tang or threshold' },
  'clevis-pin-missing': { error: 'The pin is missing' },
  'clevis-pin-not-known': { error: 'There is no pin {found}' },
  'clevis-config-missing': { error: 'The config of the pin is missing' },
  'tang-url': { error: 'The URL of a Tang server must be http or https' },
  'tang-thumbprint': { error: 'The thumbprint is missing' },
  'tang-advertisement': { error: 'The advertisement is not JSON' },
  'cex-alone': { error: 'A cex key cannot be combined with clevis or a key file' },
  'below-link': { error: 'The path leads through the link {link}' },
  'below-file': { error: 'The path leads through the file {file}' },
  'link-target-missing': { error: 'The target of the link is missing' },
  'link-to-directory': { error: 'A hard link cannot lead to a directory' },
  'link-owner': { warning: 'A hard link has the owner of its target' },
  'path-of-unit': { error: 'The path is that of the unit or drop-in {unit}' },

  // Units
  'unit-name': { error: 'The name of a unit ends in .service, .socket, .timer, .mount or the like' },
  'dropin-name': { error: 'The name of a drop-in ends in .conf' },
  'unit-contents': { error: 'Systemd cannot read this unit: {reason} in its line {line}' },
  'unit-not-installed': { warning: 'The unit is enabled, but without [Install] it does not start' },

  // Logging in
  'password-plain': {
    error:
      'This is not a hash: Ignition takes anything without $ for one, and locks the user out. Make a hash with --password-stdin',
    window: 'This is not a hash: Ignition takes anything without $ for one, and locks the user out',
  },
  'key-not-public': { warning: 'This does not look like a public SSH key' },
  'key-private': { error: 'This is a private key, and the config would contain it. Give the public key' },
  'no-login': {
    warning: 'You cannot log in: no user has an SSH key or a password, and no console logs in automatically',
  },

  // Butane
  'too-many-sources': { error: 'Only one of inline, local and source can be given' },
  'too-many-contents': { error: 'Only one of contents and contents_local can be given' },
  'files-dir-missing': {
    error: 'This needs local files: translate it with kindling ignition translate --files-dir',
    window: 'This needs local files, which only the command line can add',
  },
  'local-outside': { error: 'The path {found} leads out of the folder of local files' },
  'local-unreadable': { error: 'The file {found} cannot be read: {reason}' },
  'tree-local-missing': { error: 'The folder of the tree is missing: local' },
  'tree-not-folder': { error: '{found} is not a folder' },
  'tree-path-taken': { error: 'The tree contains {path}, which the config has already' },
  'tree-file-kind': { error: '{found} is neither a file, a folder nor a link' },
  'mount-without-format': { error: 'A mount unit needs the format of the file system' },
  'mount-without-path': { error: 'A mount unit needs the path of the file system' },
  'mount-forbidden': { error: 'A file system can be mounted by a unit only below /etc and /var, not at {found}' },
  'layout-not-known': { error: 'The layout must be one of {layouts}' },
  'layout-missing': { warning: 'A mirror should name its layout; x86_64 is assumed' },
  'luks-device-missing': { error: 'The layout {layout} needs the device of luks' },
  'luks-device-name': { error: 'The device of luks must be {wanted} with the layout {layout}' },
  'mirror-not-supported': { error: 'The layout {layout} has no mirror' },
  'mirror-too-few': { error: 'A mirror needs at least two devices' },
  'grub-name-missing': { error: 'The name of the user is missing' },
  'grub-password-missing': { error: 'The password hash of the user is missing' },
  'partition-by-label': {
    warning: 'A partition without a number is made again if its label changes; give it a number',
  },
  'partition-number-wrong': { warning: 'The label {label} belongs to partition {number} of Fedora CoreOS' },
} as const satisfies Record<string, ({ error: string } | { warning: string }) & { window?: string }>

import type { FailureWords } from './failure-words.ts'

/** Failures of the user's input, the catalog, the network and the files of this computer. */
export const failuresOfSources = {
  // The user
  usage: {
    kind: 'usage',
    title: '{reason}',
    explanation: 'Kindling does not understand this request, and has not started it.',
    advice: 'See --help for the options.',
    windowAdvice: 'Check your choices, then try again.',
  },
  'name-not-utf8': {
    kind: 'usage',
    title: 'The name {name} is not valid UTF-8, and Kindling cannot open such a name',
    explanation: 'The name has bytes that are no characters, like names from old systems and archives.',
    advice: 'Rename the file, or choose a link to it with a plain name.',
  },
  'confirmation-missing': {
    kind: 'usage',
    title: 'Erasing {drive} was not confirmed',
    explanation: 'A write erases the whole drive, so it needs your confirmation.',
    advice: 'Nothing was changed. Run it in a terminal and answer the question, or add --yes.',
    windowAdvice: 'Nothing was changed. Start again and confirm it.',
  },
  'confirmation-name-missing': {
    kind: 'usage',
    title: 'The name of {drive} was not typed',
    explanation:
      'The drive is large or built in, so it may have valuable files. Typing its name prevents erasing it by mistake.',
    advice: 'Nothing was changed. To erase the drive, type its name when asked, or give it with --confirm: {name}',
    windowAdvice: 'Nothing was changed. To erase the drive, type its name when asked: {name}',
  },
  declined: {
    kind: 'usage',
    title: 'Not confirmed',
    explanation: 'You answered no to a question of Kindling.',
    advice: 'Nothing was changed.',
  },
  interrupted: {
    kind: 'interrupted',
    title: 'Stopped',
    explanation: 'You stopped this before it finished.',
    advice: 'Start again when you are ready.',
  },
  internal: {
    kind: 'failed',
    title: 'Kindling itself failed: {reason}',
    explanation: 'Something unexpected happened in the program.',
    advice: 'This is a bug in Kindling. Please report it with these details.',
  },
  'config-invalid': {
    kind: 'usage',
    title: 'The config {file} cannot be used: {problems}',
    explanation: 'A machine with this config would stop at its first boot, or the config is empty.',
    advice: 'Correct the places above, then check the config again.',
    windowAdvice: 'Correct these places, then choose the config again.',
  },

  // The catalog
  'stream-unknown': {
    kind: 'usage',
    title: '{baseUrl} has no stream “{stream}”',
    explanation: 'The server answered, but has no stream with this name.',
    advice: 'Check the name of the stream, and the mirror in the settings if you use one.',
  },
  'releases-unknown': {
    kind: 'usage',
    title: '{url} has no list of the releases of “{stream}”',
    explanation: 'The server answered, but has no such list. A mirror may have only the current release.',
    advice: 'Check the name of the stream, or use another mirror.',
  },
  'metadata-malformed': {
    kind: 'failed',
    title: 'The stream metadata cannot be read: {place}: {reason}',
    explanation: 'The metadata of a stream list its images and their hashes. The server sent something else.',
    advice: 'Try again later. If you use a mirror, check that it serves stream metadata.',
  },
  'artifact-unknown': {
    kind: 'usage',
    title: 'The stream {stream} has no {wanted}',
    explanation: 'The stream has no image for this architecture, platform and format.',
    advice: 'It has: {available}.',
  },
  'release-gone': {
    kind: 'usage',
    title: '{stream} is now {now}; {release} was chosen',
    explanation:
      'The stream has a newer release now, and the chosen one is no longer known. Kindling does not replace it with another release by itself.',
    advice: 'Choose a release again.',
  },
  'release-unknown': {
    kind: 'usage',
    title: 'The stream {stream} never had a release {release}',
    explanation: 'This release is not in the server’s list of all releases of the stream.',
    advice: 'Check the number. Close to it: {near}. All releases: kindling releases --stream {stream}.',
    windowAdvice: 'Check the number. Close to it: {near}.',
  },
  'release-unpublished': {
    kind: 'usage',
    title: '{release} was built, but never published in {stream}',
    explanation: 'Not every build is released. This one may have had a fault, or a later one replaced it.',
    advice: 'Choose a published release. Close to it: {near}. All releases: kindling releases --stream {stream}.',
    windowAdvice: 'Choose a published release. Close to it: {near}.',
  },
  'release-pruned': {
    kind: 'failed',
    title: 'The server no longer has {url} of the release {release}',
    explanation: 'The files of this release have been removed, as is usual for old releases.',
    advice: 'Choose a newer release (kindling releases), another mirror, or a copy that you have (--image-file).',
    windowAdvice: 'Choose a newer release, another mirror, or your own copy of the file.',
  },

  'stream-doubtful': {
    kind: 'usage',
    title: 'The stream is doubtful: {reason}',
    explanation: 'Stream metadata are not signed: an outdated or changed mirror can offer old or wrong releases.',
    advice:
      'Try again later or from another mirror. If you want this image anyway, confirm it (--accept-doubtful-stream).',
    windowAdvice: 'Try again later or from another mirror. If you want this image anyway, confirm it.',
  },

  // The network
  'network-unreachable': {
    kind: 'failed',
    title: 'Cannot reach {host}: {reason}',
    explanation: 'The server did not answer, or the connection was lost.',
    advice: 'Check the connection, then try again. The data downloaded so far are kept.',
  },
  'http-status': {
    kind: 'failed',
    title: '{host} answered {status} for {url}',
    explanation: 'The server refused the request, or does not have the file.',
    advice: 'Check the address. If it is right, the server has a problem: try again later.',
  },
  'login-wanted': {
    kind: 'failed',
    title: '{host} requires a login for {url}',
    explanation: 'The server sends the file only after a login, and Kindling does not log in.',
    advice: 'Download the file with a browser, then choose the file as the image.',
  },
  'request-forbidden': {
    kind: 'failed',
    title: '{host} refuses {url} (status {status})',
    explanation: 'The server answered, but refuses to send the file to this computer, to this network, or at all.',
    advice:
      'Check the address. A mirror may block some networks or programs, and some servers refuse missing files like this. Try another mirror or network.',
  },
  'proxy-login-wanted': {
    kind: 'failed',
    title: 'The proxy on the way to {host} requires a user name and a password',
    explanation: 'A proxy between this computer and the network accepts only known users.',
    advice:
      'Add them to the address of the proxy in the environment: https_proxy=http://USER:PASSWORD@PROXY:PORT, and http_proxy likewise. Then start Kindling again.',
  },
  'proxy-refused': {
    kind: 'failed',
    title: 'The proxy refuses to connect to {host} (status {status})',
    explanation: 'A proxy between this computer and the network does not connect to this server.',
    advice:
      'Ask the administrator of the proxy to allow {host}, use a mirror that it allows, or add {host} to no_proxy if it can be reached without the proxy.',
  },
  'source-encoded': {
    kind: 'failed',
    title: '{host} compressed {url} for the transfer ({encoding})',
    explanation:
      'Kindling verifies the file as published, and asked for that. The server or a proxy compressed it again.',
    advice:
      'The image itself is fine. Use another mirror, or download the file with a browser, then choose the file as the image.',
  },
  'download-short': {
    kind: 'failed',
    title: 'The download ended after {received} of {expected, plural, one {# byte} other {# bytes}}',
    explanation: 'The connection closed before the end of the file.',
    advice: 'The connection or the server is unreliable. Try again: the data downloaded so far are kept.',
  },
  'redirect-refused': {
    kind: 'failed',
    title: 'Refused to follow a redirect from {from} to {to}: {reason}',
    explanation:
      'The server sent Kindling to an address that is not safe: the download could be read or changed there.',
    advice:
      'Kindling follows no redirect without encryption, and none from a public server into your own network. If you trust the other address, give it with --image-url.',
    windowAdvice:
      'Kindling follows no redirect without encryption, and none from a public server into your own network. If you trust the other address, choose it as the image.',
  },
  'address-refused': {
    kind: 'failed',
    title: 'Refused to contact {to}, named by {from}: {reason}',
    explanation: 'The stream’s server must not point into your network, or to an address without encryption.',
    advice: 'Use another mirror. If you trust the address, give it with --image-url.',
    windowAdvice: 'Use another mirror. If you trust the address, choose it as the image.',
  },
  'source-is-html': {
    kind: 'failed',
    title: '{url} sent a web page instead of an image',
    explanation: 'The server sent text for a browser.',
    advice: 'The network may require a login on its own page, or the address is of a page about the image.',
  },
  'source-changed': {
    kind: 'proof',
    title: 'The image changed while Kindling read it',
    explanation: 'The verified bytes are not the bytes that Kindling read later, so the verification is not valid.',
    advice: 'Make sure that {source} is complete and that no program changes it, then start again.',
  },
  'source-unreadable': {
    kind: 'failed',
    title: 'Cannot read {source}: {reason}',
    explanation: 'The system reported an error before the end of the image.',
    advice: 'Check that the file exists and that you have permission to read it.',
  },
  'cache-failed': {
    kind: 'failed',
    title: 'Cannot save the download in {directory}: {reason}',
    explanation:
      'Kindling saves a download on its way to the drive, so that it need not be downloaded twice. That failed.',
    advice: 'Free some space, or check the permissions of that folder, then try again.',
  },
  'output-failed': {
    kind: 'failed',
    title: 'Cannot write {file}: {reason}',
    explanation: 'The system refused to write the file.',
    advice: 'Free some space, or check the permissions of that folder, then try again.',
  },
  'output-exists': {
    kind: 'failed',
    title: 'Cannot write {file}: {reason}',
    explanation: 'Kindling does not replace a file on its own.',
    advice: 'Choose another name or folder, or remove that file. `kindling save` replaces it with `--replace`.',
    windowAdvice: 'Choose another name or folder, or remove that file.',
  },
  'file-blocked-by-windows': {
    kind: 'failed',
    title: 'Windows does not let Kindling write {file}',
    explanation:
      'You lack the permission to write there, or Controlled folder access protects the folder from programs that it does not know.',
    advice:
      'Choose another folder. Or open Windows Security, “Virus & threat protection”, “Manage ransomware protection”, and look there whether Controlled folder access blocked Kindling. If so, allow Kindling (its command line is node.exe), and start again.',
  },
  'file-blocked-by-macos': {
    kind: 'failed',
    title: 'macOS does not let Kindling use {file}',
    explanation:
      'macOS asks whether a program may use the desktop, documents, downloads, and other volumes, and the answer was no.',
    advice:
      'Choose another folder. Or open System Settings, “Privacy & Security”, “Files and Folders”, and allow Kindling this folder; for the command line allow it to the terminal. If it is not listed there, add it under “Full Disk Access”. Then start it again.',
  },

  'window-failed': {
    kind: 'failed',
    title: 'The window cannot be opened: {reason}',
    explanation: 'The window is a separate program, which needs a desktop.',
    advice: 'Start it as your own user, in a desktop session. The command line can do the same without a desktop.',
  },
} as const satisfies Record<string, FailureWords>

import type { FailureWords } from './failure-words.ts'

/** Failures of the user's input, the catalog, the network and the files of this computer. */
export const failuresOfSources = {
  // The user
  usage: {
    kind: 'usage',
    title: '{reason}',
    explanation: 'What was asked for cannot be understood, so nothing was begun.',
    advice: 'See --help for what can be given.',
    windowAdvice: 'Check what was chosen and typed.',
  },
  'name-not-utf8': {
    kind: 'usage',
    title: 'The name {name} is not valid UTF-8, and Kindling cannot open such a name',
    explanation: 'The name holds bytes that stand for no character, as names from old systems and archives do.',
    advice: 'Rename it, or make a link to it under a plain name and give the link.',
  },
  'confirmation-missing': {
    kind: 'usage',
    title: 'Nobody confirmed that {drive} may be erased',
    explanation: 'A write erases the whole drive, so somebody has to agree to it first.',
    advice: 'Nothing was touched. Run it in a terminal and answer the question, or add --yes.',
    windowAdvice: 'Nothing was touched. Confirm it when you are asked.',
  },
  'confirmation-name-missing': {
    kind: 'usage',
    title: 'Nobody typed the name of {drive}, which may be somebody’s disk',
    explanation:
      'The drive is large or built in, as drives are that hold somebody’s files. Its name is asked for so that no slip erases it.',
    advice:
      'Nothing was touched. Only with its name is it erased: {name}. Type it when you are asked, or give it with --confirm.',
    windowAdvice: 'Nothing was touched. Only with its name is it erased: {name}. Type it when you are asked.',
  },
  declined: {
    kind: 'usage',
    title: 'Not confirmed',
    explanation: 'Kindling asked a question before it went on, and the answer was no.',
    advice: 'Nothing was touched.',
  },
  interrupted: {
    kind: 'interrupted',
    title: 'Stopped on request',
    explanation: 'Somebody asked the job to stop, and it stopped where no harm is done.',
    advice: 'Start again when you are ready.',
  },
  internal: {
    kind: 'failed',
    title: 'Kindling itself failed: {reason}',
    explanation: 'Something happened that the program was not made for.',
    advice: 'This is a defect of Kindling. Please report it with these details.',
  },
  'config-invalid': {
    kind: 'usage',
    title: 'The config {file} cannot be used: {problems}',
    explanation: 'A machine that is given this config would stop at its first boot, or there is no config to give it.',
    advice: 'Correct the places named above, and check it again.',
    windowAdvice: 'Correct the places that are named, and choose it again.',
  },

  // The catalog
  'stream-unknown': {
    kind: 'usage',
    title: 'There is no stream "{stream}" at {baseUrl}',
    explanation: 'The server answered and has no stream of that name.',
    advice: 'Choose stable, testing or next, or check the name.',
  },
  'releases-unknown': {
    kind: 'usage',
    title: 'There is no list of the releases of "{stream}" at {url}',
    explanation: 'The server answered and has no such list. A mirror may have the current release alone.',
    advice: 'Check the name of the stream, or ask another server.',
  },
  'metadata-malformed': {
    kind: 'failed',
    title: 'The stream metadata cannot be read: {place}: {reason}',
    explanation:
      'A stream’s metadata says which images exist and what their hashes are. What the server sent is not of that form.',
    advice: 'Nothing was used from it. Try again later; if you named the mirror, check that it serves stream metadata.',
  },
  'artifact-unknown': {
    kind: 'usage',
    title: 'The stream {stream} has no {wanted}',
    explanation: 'The stream exists, but publishes nothing for this architecture, platform and format.',
    advice: 'It has: {available}.',
  },
  'release-gone': {
    kind: 'usage',
    title: '{stream} is now {now}; {release} was chosen',
    explanation:
      'The stream has moved on since the choice, and nothing is known any more of the release that was chosen. No other one is taken in its place.',
    advice: 'Choose again, of what the stream has now.',
  },
  'release-unknown': {
    kind: 'usage',
    title: 'The stream {stream} never had a release {release}',
    explanation: 'The server has a list of every release of the stream, and this one is not in it.',
    advice: 'Check its number. Near it: {near}. All of them: kindling releases --stream {stream}.',
    windowAdvice: 'Check its number. Near it: {near}.',
  },
  'release-unpublished': {
    kind: 'usage',
    title: '{release} was built, but never published in {stream}',
    explanation: 'Not every build is rolled out: a fault may have been found in it, or a later one took its place.',
    advice: 'Choose one that was published. Near it: {near}. All of them: kindling releases --stream {stream}.',
    windowAdvice: 'Choose one that was published. Near it: {near}.',
  },
  'release-pruned': {
    kind: 'failed',
    title: 'The server no longer has {url} of the release {release}',
    explanation: 'The release was published, but its files were removed since, as those of old releases are.',
    advice: 'Choose a newer release (kindling releases), another mirror, or a copy that you have (--image-file).',
    windowAdvice: 'Choose a newer release, another mirror, or a file that you have of it.',
  },

  'stream-doubtful': {
    kind: 'usage',
    title: 'The stream is doubtful: {reason}',
    explanation:
      'Nothing signs stream metadata: a mirror that stands still, or that somebody changed, can offer old or other releases.',
    advice:
      'Try again later or from another mirror. If you want this image all the same, confirm it (--accept-doubtful-stream).',
    windowAdvice: 'Try again later or from another mirror. If you want this image all the same, confirm it.',
  },

  // The network
  'network-unreachable': {
    kind: 'failed',
    title: 'Cannot reach {host}: {reason}',
    explanation: 'The server did not answer, or the connection to it broke.',
    advice: 'Check the connection, then try again. What was fetched so far is kept.',
  },
  'http-status': {
    kind: 'failed',
    title: '{host} answered {status} for {url}',
    explanation: 'The server was reached and refused, or does not have what was asked for.',
    advice: 'Check the address. If it is right, the server has a problem: try again later.',
  },
  'login-wanted': {
    kind: 'failed',
    title: '{host} wants a login for {url}',
    explanation: 'The server gives the file only after a login. Kindling logs in nowhere.',
    advice: 'Download the file with a program that logs in, such as a browser, then choose the file as the image.',
  },
  'request-forbidden': {
    kind: 'failed',
    title: '{host} refuses {url} (status {status})',
    explanation: 'The server was reached and does not give the file: to this computer, from this place, or at all.',
    advice:
      'Check the address. A mirror may block some networks or programs, and some servers answer so for a file that is not there: try another mirror or network.',
  },
  'proxy-login-wanted': {
    kind: 'failed',
    title: 'The proxy on the way to {host} wants a user name and a password',
    explanation: 'A proxy stands between this computer and the network, and lets only known users through.',
    advice:
      'Put them into the address of the proxy that the environment names: https_proxy=http://USER:PASSWORD@PROXY:PORT, and http_proxy likewise. Then start Kindling again.',
  },
  'proxy-refused': {
    kind: 'failed',
    title: 'The proxy refuses the way to {host} (status {status})',
    explanation: 'A proxy stands between this computer and the network, and does not connect to this server.',
    advice:
      'Ask whoever runs the proxy to allow {host}, use a mirror that it allows, or name {host} in no_proxy if it can be reached without the proxy.',
  },
  'source-encoded': {
    kind: 'failed',
    title: '{host} packs {url} on its way ({encoding})',
    explanation:
      'Kindling asked for the file as it is, since its proofs are about these bytes. The server or a proxy sent it packed anew.',
    advice:
      'Nothing is wrong with the image. Use another mirror, or download the file with a program that unpacks it, such as a browser, then choose the file as the image.',
  },
  'download-short': {
    kind: 'failed',
    title: 'The download ended after {received} of {expected} bytes',
    explanation: 'The connection closed before the whole file had come.',
    advice: 'The connection or the server is unreliable. Try again: what was fetched is kept.',
  },
  'redirect-refused': {
    kind: 'failed',
    title: '{from} redirects to {to}, which Kindling does not follow: {reason}',
    explanation: 'The server sent Kindling to another address, where whoever listens could read or change what comes.',
    advice:
      'A redirect that gives up encryption, or that leads from a public server into your own network, is not followed. If you trust the other address, give it with --image-url.',
    windowAdvice:
      'A redirect that gives up encryption, or that leads from a public server into your own network, is not followed. If you trust the other address, choose it as the image.',
  },
  'address-refused': {
    kind: 'failed',
    title: '{from} names {to}, which Kindling does not ask: {reason}',
    explanation:
      'Metadata named an address where another computer could change what comes, or that only your own network reaches.',
    advice:
      'Metadata that came over https may not name an http address, and a public server none of your own network. If you trust the address, give it with --image-url.',
    windowAdvice:
      'Metadata that came over https may not name an http address, and a public server none of your own network. If you trust the address, choose it as the image.',
  },
  'source-is-html': {
    kind: 'failed',
    title: '{url} answered with a web page, not an image',
    explanation: 'An image was expected, and text for a browser came.',
    advice: 'You may be behind a login page of the network, or the address names a page about the image.',
  },
  'source-changed': {
    kind: 'proof',
    title: 'The image changed while it was being read',
    explanation: 'The bytes that were proved are not those that were read later, so the proof holds for neither.',
    advice: 'Make sure that {source} is complete and that nothing changes it any more, then start again.',
  },
  'source-unreadable': {
    kind: 'failed',
    title: 'Cannot read {source}: {reason}',
    explanation: 'The system did not let the image be read to its end.',
    advice: 'Check that the file exists and that you may read it.',
  },
  'cache-failed': {
    kind: 'failed',
    title: 'Cannot keep the download in {directory}: {reason}',
    explanation:
      'A download is kept on the way to the drive, so that it need not be fetched twice. There it could not be stored.',
    advice: 'Make room or check the permissions of that directory, then try again.',
  },
  'output-failed': {
    kind: 'failed',
    title: 'Cannot write {file}: {reason}',
    explanation: 'The system did not let the file be written.',
    advice: 'Make room or check the permissions of that directory, then try again.',
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
    explanation: 'The window is a program of its own, which needs a desktop to show itself on.',
    advice: 'Start it as yourself, in a session with a desktop. The command line can do the same without it.',
  },
} as const satisfies Record<string, FailureWords>

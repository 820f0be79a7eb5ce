export const download = {
  download: {
    files: 'Files',
    filter: 'Filter by platform and format',
    left: '{count, plural, one {# format} other {# formats}}',
    none: 'No format matches.',
    count: '{count, plural, one {# file} other {# files}}',
    everyArchitecture: 'every architecture',
    folder: 'Folder',
    noFolder: 'none yet',
    chooseFolder: 'Choose…',
    decompress: 'Decompress',
    decompressHint: 'Saves the image as it would be on a drive, instead of the compressed file.',
    together: 'These files belong together: {names}.',
    blocker: { artifact: 'Choose files to download.', directory: 'Choose a folder.' },
  },
} as const

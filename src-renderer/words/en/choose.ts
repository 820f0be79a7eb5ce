export const choose = {
  sentence: {
    write: 'Write',
    verify: 'Verify that',
    to: 'to',
    holds: 'holds',
    noImage: 'an image',
    noDrive: 'a drive',
    stream: 'Fedora CoreOS {stream}, {architecture}, {format}',
    drive: '{name}, {size}',
  },

  start: {
    write: 'Erase and write {drive}',
    verify: 'Verify {drive}',
    hindrance: {
      image: 'Choose an image.',
      drive: { write: 'Choose a drive to write to.', verify: 'Choose a drive to verify.' },
      refused: '{title}.',
      tooSmall: '{name} is too small: the image needs {size}.',
      sectors: '{name} has {size}-byte sectors.',
    },
    useFormat: 'Use {format}',
  },

  confirm: {
    title: 'Erase and write {drive}?',
    loss: 'Everything on this drive will be lost.',
    drive: 'Drive',
    device: 'Device',
    serial: 'Serial number',
    contents: 'On it now',
    image: 'Image',
    precious: 'This looks like somebody’s disk, not like a stick.',
    typeName: 'Type {name} to go on',
    unprovedTitle: 'Nothing proves where this image comes from.',
    unproved:
      'There is no signature and no hash for it. Whoever made or changed it would control the computer that boots from this drive.',
    acceptUnproved: 'Use it although it is unproved',
    readBack: 'Read the drive back and compare every byte',
    eject: 'Power the drive off when it is done',
    noReadBack: 'Without this nobody knows whether the drive kept what it was given.',
    cancel: 'Cancel',
  },
} as const

/**
 * Characters of the recommended up-case table of the exFAT specification (section 7.2.5.1, table
 * 24): the first one, how many follow it at a distance of 1 (`+`) or 2 (`:`), and the difference to
 * upper case (`>` up, `-` down). All numbers are hexadecimal.
 */
const rows =
  '61+1a-20 e0+17-20 f8+7-20 ff>79 101:18-1 133:3-1 13a:8-1 14b:17-1 17a:3-1 180>c3 183:2-1 188-1 18c-1 ' +
  '192-1 195>61 199-1 19a>a3 19e>82 1a1:3-1 1a8-1 1ad-1 1b0-1 1b4:2-1 1b9-1 1bd-1 1bf>38 1c6-2 1c9-2 1cc-2 ' +
  '1ce:8-1 1dd-4f 1df:9-1 1f3-2 1f5-1 1f9:14-1 223:9-1 23a>2a2b 23c-1 23e>2a28 242-1 247:5-1 253-d2 254-ce ' +
  '256+2-cd 259-ca 25b-cb 260-cd 263-cf 268-d1 269-d3 26b>29f7 26f-d3 272-d5 275-d6 27d>29e7 280-da 283-da ' +
  '288-da 289-45 28a+2-d9 28c-47 292-db 37b+3>82 3ac-26 3ad+3-25 3b1+11-20 3c2-1f 3c3+9-20 3cc-40 3cd+2-3f ' +
  '3d9:c-1 3f2>7 3f8-1 3fb-1 430+20-20 450+10-50 461:11-1 48b:1b-1 4c2:7-1 4cf-f 4d1:22-1 561+26-30 ' +
  '1d7d>ee6 1e01:4b-1 1ea1:2d-1 1f00+8>8 1f10+6>8 1f20+8>8 1f30+8>8 1f40+6>8 1f51:4>8 1f60+8>8 1f70+2>4a ' +
  '1f72+4>56 1f76+2>64 1f78+2>80 1f7a+2>70 1f7c+2>7e 1f80+8>8 1f90+8>8 1fa0+8>8 1fb0+2>8 1fb3>9 1fcc-9 ' +
  '1fd0+2>8 1fe0+2>8 1fe5>7 1ffc-9 214e-1c 2170+10-10 2184-1 24d0+1a-1a 2c30+2f-30 2c61-1 2c68:3-1 2c76-1 ' +
  '2c81:32-1 2d00+26-1c60 ff41+1a-20'

/** Least number of unchanged characters that the table of the specification has in short form. */
const leastRun = 512

/** Returns the recommended up-case table in its compressed form: 5836 bytes. */
export function makeUpCaseTable(): Buffer {
  const upper = Uint16Array.from({ length: 0x1_0000 }, (_, character) => character)
  for (const row of rows.split(' ')) {
    const [, first, step, count = '1', sign, difference] = /^(\w+)(?:([+:])(\w+))?([->])(\w+)$/.exec(row)!
    const shift = parseInt(difference!, 16) * (sign === '-' ? -1 : 1)
    for (let turn = 0; turn < parseInt(count, 16); turn++) {
      const character = parseInt(first!, 16) + turn * (step === ':' ? 2 : 1)
      upper[character] = character + shift
    }
  }
  const words: number[] = []
  for (let at = 0; at < upper.length;) {
    let end = at
    while (end < upper.length && upper[end] === end) end++
    if (end - at >= leastRun) {
      // 0xffff and a number stand for as many characters that are their own upper case.
      words.push(0xffff, end - at)
      at = end
    } else words.push(upper[at++]!)
  }
  return Buffer.from(Uint16Array.from(words).buffer)
}

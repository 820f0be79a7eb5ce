/**
 * Returns whether a text is a host name: labels of letters, digits and hyphens (RFC 1123).
 * `{n}` stands for the number of a drive.
 */
export const isHostname = (text: string): boolean => {
  const name = text.replaceAll('{n}', '10')
  return name.length <= 64 && name.split('.').every((label) => /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(label))
}

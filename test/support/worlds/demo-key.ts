import { createMessage, enums, generateKey, readPrivateKey, sign } from 'openpgp'

/**
 * Makes a signer for the demo, which must not need gpg. openpgp.js makes binary, detached
 * signatures with SHA-256 like Fedora's.
 */
export async function makeDemoSigner() {
  const { privateKey: armored, publicKey: armoredPublicKey } = await generateKey({
    // Fedora's keys are RSA, which takes seconds to generate.
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name: 'Kindling demo', email: 'demo@example.org' }],
    subkeys: [],
  })
  const signingKeys = await readPrivateKey({ armoredKey: armored })
  return {
    fingerprint: signingKeys.getFingerprint().toUpperCase(),
    armoredPublicKey,
    sign: async (binary: Uint8Array) =>
      Buffer.from(
        await sign({
          message: await createMessage({ binary }),
          signingKeys,
          detached: true,
          format: 'binary',
          config: { preferredHashAlgorithm: enums.hash.sha256 },
        }),
      ),
  }
}

import { makeSigner, openSigner } from './gpg.ts'
import { keepForRun } from '../keep-for-run.ts'
import type { Signer } from './signer.ts'

interface Key {
  fingerprint: string
  armoredPublicKey: string
  armoredSecretKey: string
}

/**
 * A signer whose key gpg makes once in a run, and each of its signatures once for the same bytes: nearly all mirrors
 * publish the same images. gpg starts only for bytes that are new. Tests of keys take `makeSigner`, whose key is
 * always another one.
 */
export async function makeRunSigner(): Promise<Signer> {
  const kept = await keepForRun('signer', Buffer.alloc(0), async () => Buffer.from(JSON.stringify(await makeKey())))
  const key = JSON.parse(kept.toString()) as Key
  const { fingerprint, armoredPublicKey } = key
  let opened: Promise<Signer> | null = null
  const signNow: Signer['sign'] = async (input, options) => (await (opened ??= openSigner(key))).sign(input, options)
  return {
    fingerprint,
    armoredPublicKey,
    sign: (input, options) =>
      typeof input === 'string'
        ? signNow(input, options)
        : keepForRun(`signature by ${fingerprint}, ${JSON.stringify(options)}`, input, () => signNow(input, options)),
    async dispose() {
      await (await opened)?.dispose()
    },
  }
}

async function makeKey(): Promise<Key> {
  const signer = await makeSigner()
  try {
    const { fingerprint, armoredPublicKey } = signer
    return { fingerprint, armoredPublicKey, armoredSecretKey: await signer.exportSecretKey() }
  } finally {
    await signer.dispose()
  }
}

import { makeSigner, openSigner } from './gpg.ts'
import { keepForRun } from '../run/keep-for-run.ts'
import type { Signer } from './signer.ts'

interface Key {
  fingerprint: string
  armoredPublicKey: string
  armoredSecretKey: string
}

/**
 * Makes a signer whose key gpg makes only once in a run. The signature of the same bytes is also
 * made only once, because nearly all mirrors publish the same images. gpg starts only for new
 * bytes. Tests of keys use `makeSigner`, which always makes another key.
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

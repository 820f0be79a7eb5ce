import { availableParallelism, freemem } from 'node:os'
import { ByteReader } from './byte-reader.ts'
import { createChannel, createSharedRoom, type Channel } from './channel.ts'
import { startDecoderThread, type DecoderThread } from './decoder-thread.ts'
import { splitXz } from './split-xz.ts'

const MiB = 1024 * 1024
/** A thread's decoder with its dictionary, and the compressed block that waits for it. */
const memoryOfThread = 140 * MiB
/** Decoded bytes that may wait for each thread after the first: half a block of Fedora's, so that staggered threads never wait. */
const aheadOfThread = 96 * MiB
/** Compressed bytes of one block that may wait: Fedora's blocks have about 45 MiB. */
const compressedAhead = 64 * MiB
/** Answers of a thread, 1 MiB each, that may always wait, whatever the others hold. */
const alwaysAhead = 4

/** As many threads as there are cores, while they fit into a quarter of the free memory, 1 GiB at most. */
export function countThreads(cores = availableParallelism(), free = freemem()): number {
  const budget = Math.min(free / 4, 1024 * MiB)
  return Math.max(1, Math.min(cores, 1 + Math.floor((budget - memoryOfThread) / (memoryOfThread + aheadOfThread))))
}

/**
 * Decodes an .xz file while it streams, its blocks side by side in threads where their headers say their sizes (design of
 * `xz -T`), else in one. The bytes come in order.
 * @throws image-truncated, image-corrupt, image-trailing, image-unsupported, and what the chunks throw
 */
export async function* decodeXz(
  chunks: AsyncIterable<Uint8Array>,
  threads = countThreads(),
): AsyncGenerator<Uint8Array> {
  const input = new ByteReader(chunks)
  const started: DecoderThread[] = []
  const fed = new Set<Channel<Uint8Array>>()
  const idle = createChannel<DecoderThread>(Infinity)
  const idles = idle[Symbol.asyncIterator]()
  const ahead = createSharedRoom(((threads - 1) * aheadOfThread) / MiB)
  const blocks = createChannel<AsyncIterable<Uint8Array>>(threads)
  let busy = 0

  async function takeThread(): Promise<DecoderThread | null> {
    if (busy++ < started.length || started.length === threads)
      return (await idles.next().catch(() => null))?.value ?? null
    const thread = startDecoderThread()
    started.push(thread)
    return thread
  }

  async function split(): Promise<void> {
    for await (const { bytes } of splitXz(input)) {
      const thread = await takeThread()
      if (thread === null) return
      const compressed = createChannel<Uint8Array>(compressedAhead, { weigh: (chunk) => chunk.length })
      const decoded = createChannel<Uint8Array>(alwaysAhead, { shared: ahead })
      fed.add(compressed)
      void run(thread, compressed, decoded)
      if (!(await blocks.send(decoded))) return
      try {
        for await (const chunk of bytes) if (!(await compressed.send(chunk))) return
        compressed.close()
      } catch (error) {
        compressed.close(error)
        return
      }
    }
  }

  async function run(
    thread: DecoderThread,
    compressed: Channel<Uint8Array>,
    decoded: Channel<Uint8Array>,
  ): Promise<void> {
    try {
      for await (const bytes of thread.decode('xz', compressed)) if (!(await decoded.send(bytes))) return
      decoded.close()
      fed.delete(compressed)
      busy--
      await idle.send(thread)
    } catch (error) {
      decoded.close(error)
    }
  }

  const splitting = split()
    .then(
      () => blocks.close(),
      (error: unknown) => blocks.close(error),
    )
    .finally(() => input.close())
  try {
    for await (const block of blocks) yield* block
  } finally {
    // Whoever reads or writes any of these ends now, wherever it waits.
    for (const channel of [blocks, idle, ...fed]) {
      channel.close(new Error('nobody reads any more'))
      channel.abandon()
    }
    await Promise.all(started.map((thread) => thread.end()))
    await splitting
  }
}

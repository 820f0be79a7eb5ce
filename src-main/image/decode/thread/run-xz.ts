import xzDecompress from 'xz-decompress'

/**
 * Exports of the library's WebAssembly. A context (its `XzContext`) begins with the buffers that
 * are read and written next.
 */
interface XzModule {
  memory: WebAssembly.Memory
  create_context(): number
  destroy_context(context: number): void
  supply_input(context: number, length: number): void
  get_next_output(context: number): number
}

/** Indexes of the 32-bit fields of a context. */
const at = { bufferSize: 0, input: 1, inputUsed: 2, inputSize: 3, output: 4, outputSize: 5 }
// Codes of xz-embedded (xz.h, enum xz_ret).
const goOn = 0
const streamEnd = 1

async function loadModule(): Promise<XzModule> {
  const { XzReadableStream } = xzDecompress as unknown as {
    XzReadableStream: { _getModuleInstance(): Promise<void>; _moduleInstance: { exports: unknown } }
  }
  // oxlint-disable-next-line no-underscore-dangle -- the only way to its WebAssembly (ADR 9)
  await XzReadableStream._getModuleInstance()
  // oxlint-disable-next-line no-underscore-dangle
  return XzReadableStream._moduleInstance.exports as XzModule
}
let loading: Promise<XzModule> | undefined

/**
 * Decompresses whole .xz files with the library's WebAssembly. It bypasses the library's streams,
 * which copy every byte and leave the copies to the garbage collector. The iteration ends only when
 * the input has ended and nothing is left over.
 * @returns bytes in the decoder's own memory, which are valid until the next ones are requested
 * @throws Error that names a code of xz-embedded
 */
export async function* runXz(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const module = await (loading ??= loadModule())
  const context = module.create_context() >>> 0
  // The memory may grow at every call, which invalidates its views.
  const numbers = () => new Uint32Array(module.memory.buffer, context, 6)
  const bytes = (start: number, length: number) => new Uint8Array(module.memory.buffer, start, length)
  const bufferSize = numbers()[at.bufferSize]!

  function* decode(part: Uint8Array): Generator<Uint8Array, number> {
    bytes(numbers()[at.input]!, part.length).set(part)
    module.supply_input(context, part.length)
    for (;;) {
      const code = module.get_next_output(context)
      if (code !== goOn && code !== streamEnd) throw new Error(`xz-embedded failed with error code ${code}`)
      const state = numbers()
      const isFull = state[at.outputSize] === bufferSize
      if (isFull || code === streamEnd) {
        yield bytes(state[at.output]!, state[at.outputSize]!)
        numbers()[at.outputSize] = 0
      }
      if (code === streamEnd || (!isFull && state[at.inputUsed] === state[at.inputSize])) return code
    }
  }

  try {
    for await (const chunk of input)
      for (let start = 0; start < chunk.length; start += bufferSize)
        yield* decode(chunk.subarray(start, start + bufferSize))
    // The decoder reports whether the file is complete only when no more input follows.
    while ((yield* decode(new Uint8Array())) !== streamEnd);
  } finally {
    module.destroy_context(context)
  }
}

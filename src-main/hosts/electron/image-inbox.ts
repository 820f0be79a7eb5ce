import type { OpenedImage } from '../../../src-shared/window-api.ts'

/**
 * Image that was given to the window from outside, stored until the page takes it: the page may not
 * be loaded yet.
 */
export class ImageInbox {
  #image: OpenedImage | null
  #listener: () => void = () => {}

  constructor(image: OpenedImage | null) {
    this.#image = image
  }

  put(image: OpenedImage): void {
    this.#image = image
    this.#listener()
  }

  take(): OpenedImage | null {
    const image = this.#image
    this.#image = null
    return image
  }

  onPut(listener: () => void): void {
    this.#listener = listener
  }
}

/** In pixels, as Electron counts them. */
const usual = { width: 1120, height: 760 }
const smallest = { width: 640, height: 480 }

/** The size of a new window, and the least to which it can be made: never more than a screen has room for. */
export function fitWindow(room: { width: number; height: number }) {
  return {
    width: Math.min(usual.width, room.width),
    height: Math.min(usual.height, room.height),
    minWidth: Math.min(smallest.width, room.width),
    minHeight: Math.min(smallest.height, room.height),
  }
}

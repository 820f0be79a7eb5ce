/** Sizes in Electron's pixels (device-independent). */
const usual = { width: 1120, height: 760 }
const smallest = { width: 640, height: 480 }

/** Returns the initial and the minimum size of a window, neither larger than the screen. */
export function fitWindow(room: { width: number; height: number }) {
  return {
    width: Math.min(usual.width, room.width),
    height: Math.min(usual.height, room.height),
    minWidth: Math.min(smallest.width, room.width),
    minHeight: Math.min(smallest.height, room.height),
  }
}

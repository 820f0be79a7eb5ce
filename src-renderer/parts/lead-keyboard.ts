/**
 * Moves focus to the page if the focused element was removed. Otherwise the next Tab would start at
 * the top of the window.
 */
export function leadKeyboard(): void {
  if (document.activeElement === document.body)
    document.querySelector<HTMLElement>('.page:not([hidden])')?.focus({ preventScroll: true })
}

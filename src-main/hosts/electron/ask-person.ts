import { dialog, type BrowserWindow } from 'electron'

/** Question with two answers. */
export interface Question {
  message: string
  detail: string
  /** Button that changes nothing. Enter and Escape press it. */
  refuse: string
  agree: string
}

/** Asks in a dialog of the system, which no page can answer. Returns whether the user agreed. */
export async function askPerson(window: BrowserWindow, { message, detail, refuse, agree }: Question): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message,
    detail,
    buttons: [refuse, agree],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return response === 1
}

/** Who can log in to a written system, as far as its config tells. */
export interface Login {
  possible: boolean
  /** Whether one can log in on the console, by a password that was set here. */
  password: boolean
  /** Names of the users who have an SSH key. */
  users: string[]
}

/** The start of a written system, as far as its settings tell. */
export interface Outlook {
  live: boolean
  login: Login
  /** Disk that a live system erases by itself; null for none. */
  installsOn: string | null
  /** Null if it is not known. */
  hostname: string | null
}

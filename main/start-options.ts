/** What the command line asks of the app. */
export type StartOptions = {
  /** Name of a second installation side by side. */
  readonly profile: string | null
  /** Started at login: no window. */
  readonly isHidden: boolean
}

const PROFILE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/

/** Reads `--profile NAME` and `--hidden`. A profile's name becomes a folder, so other characters are refused with a sentence. */
export function readStartOptions(argv: readonly string[]): StartOptions | { readonly problem: string } {
  const at = argv.findIndex((word) => word === '--profile' || word.startsWith('--profile='))
  const isHidden = argv.includes('--hidden')
  const word = at === -1 ? undefined : argv[at]
  if (word === undefined) return { profile: null, isHidden }
  const name = word === '--profile' ? argv[at + 1] : word.slice('--profile='.length)
  if (name === undefined || !PROFILE.test(name)) {
    return { problem: 'A profile name has 1 to 40 letters, digits, dots, dashes or underscores: --profile work' }
  }
  return { profile: name, isHidden }
}

/** Reads `CREEL_FIRST_PORT`: where the relay inside the app looks for its port at the first run, if not at 4480. */
export function readFirstPort(value: string | undefined, usual: number): number | { readonly problem: string } {
  if (value === undefined || value === '') return usual
  const port = Number(value)
  const isPort = /^\d{1,5}$/.test(value) && port >= 1 && port <= 65_435
  return isPort ? port : { problem: `CREEL_FIRST_PORT is "${value}", but a port from 1 to 65435 is needed.` }
}

/** Finds the request that a deep link names: `creel://request/<id>`. */
export function readDeepLink(argv: readonly string[]): string | null {
  for (const word of argv) {
    const match = /^creel:\/\/request\/([A-Za-z0-9_.:-]{1,200})\/?$/.exec(word)
    if (match?.[1] !== undefined) return match[1]
  }
  return null
}

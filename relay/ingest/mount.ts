/** What inputs' targets begin with, but for those that name the host or a proxy's path. */
export const USUAL_START = '/in/'
const INPUT_ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

export type Mount = {
  readonly inputId: string
  /** Length of the target up to and including the input's id; the rest begins there. */
  readonly mountBytes: number
}

export type MountFinder = {
  /** Whether a request target belongs to senders, not to agents or administrators. */
  isIngest(target: string): boolean
  find(target: string): Mount | null
  /** The target in origin form and without the public prefix, for everything but senders. */
  local(target: string): string
}

/**
 * Reads request targets (RFC 9112 section 3.2: origin and absolute form) without ever parsing them as URLs, which would change them.
 * `prefix` is the path of the public URL: a proxy in front may leave it in the target or take it off.
 */
export function createMountFinder(prefix: string): MountFinder {
  const start = `^(?:https?://[^/?#]*)?(?:${prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})?`
  const ingest = new RegExp(`${start}/in/`, 'i')
  const input = new RegExp(`${start}/in/(${INPUT_ID})`, 'i')
  const head = new RegExp(`${start}(?=[/?]|$)`, 'i')
  return {
    // The usual one needs no regular expression.
    isIngest: (target) => target.startsWith(USUAL_START) || ingest.test(target),
    find(target) {
      const match = input.exec(target)
      if (!match?.[1]) return null
      return { inputId: match[1].toLowerCase(), mountBytes: match[0].length }
    },
    local(target) {
      const rest = target.replace(head, '')
      return rest.startsWith('/') ? rest : `/${rest}`
    },
  }
}

import type { ForwardingStatus, Release } from '../../protocol/ipc.ts'
import type { Forwarder } from '../forwarding/forwarder.ts'
import type { HistoryConfig, HistoryCounts } from '../history/history.ts'

/** More held deliveries than this are not let go without asking. */
const RELEASE_ASKED_ABOVE = 20
const SETTING = 'forwarding'

export type SwitchAnswer = { readonly kind: 'done' } | { readonly kind: 'ask'; readonly held: number }

/** The one switch for everything: what comes while it is off waits, in order, also over a restart. */
export type ForwardingSwitch = {
  /** Puts the forwarder as it was left. */
  load(): Promise<void>
  status(): ForwardingStatus
  /** Asks instead of switching while many deliveries wait and nobody said what becomes of them. */
  set(on: boolean, release?: Release): Promise<SwitchAnswer>
}

export function createForwardingSwitch(options: {
  readonly forwarder: Forwarder
  readonly config: HistoryConfig
  readonly now: () => number
  readonly counts: () => HistoryCounts
  readonly onChange: () => void
}): ForwardingSwitch {
  const { forwarder, config } = options
  let since = options.now()

  return {
    async load() {
      const stored = readStored(await config.setting(SETTING))
      since = stored.since ?? since
      forwarder.setForwarding(stored.on)
    },
    status() {
      const { held, retrying } = options.counts()
      return { on: forwarder.isForwarding(), since, held, retrying }
    },
    async set(on, release) {
      const held = forwarder.heldCount()
      if (on && held > RELEASE_ASKED_ABOVE && release === undefined && !forwarder.isForwarding()) {
        return { kind: 'ask', held }
      }
      if (on && release?.kind === 'last') await forwarder.skipHeld(release.count)
      if (on && release?.kind === 'none') await forwarder.skipHeld(0)
      forwarder.setPace(release?.kind === 'all' ? release.perSecond : null)
      since = options.now()
      await config.setSetting(SETTING, { on, since })
      forwarder.setForwarding(on)
      options.onChange()
      return { kind: 'done' }
    },
  }
}

function readStored(stored: unknown): { readonly on: boolean; readonly since: number | null } {
  if (typeof stored !== 'object' || stored === null) return { on: true, since: null }
  const since = 'since' in stored && typeof stored.since === 'number' ? stored.since : null
  return { on: !('on' in stored) || stored.on !== false, since }
}

import { useEffect, useState } from 'react'
import { ask } from '../../bridge.ts'
import { formatDuration } from '../../format/duration.ts'
import { hostOfUrl } from '../../format/path.ts'
import { failed, IDLE, type Trial, type Way } from './way.ts'

const SERVER = 'https://smee.io'
const TYPED_FOR_MS = 350
const CHANNEL = /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?\/[A-Za-z0-9_-]{1,128}\/?$/i

export type Channel = Way & {
  readonly url: string
  readonly trial: Trial
  setUrl(url: string): void
  /** Asks smee.io for one. */
  make(): Promise<void>
}

/** A public channel: made by smee.io or pasted, and listened to for a moment before it is kept. */
export function useChannel(): Channel {
  const [url, setUrl] = useState('')
  const [isMaking, setMaking] = useState(false)
  const [makingFailed, setMakingFailed] = useState<Trial | null>(null)
  const [found, setFound] = useState<{ readonly url: string; readonly trial: Trial } | null>(null)
  const wanted = CHANNEL.test(url.trim()) ? url.trim() : null
  useEffect(() => {
    if (wanted === null) return undefined
    let isWanted = true
    const timer = setTimeout(() => {
      void ask('channels:test', { url: wanted }).then((tested) => {
        if (!isWanted) return
        const good = (ms: number): Trial => ({
          state: 'good',
          words: `${hostOfUrl(wanted)} said that it is ready, in ${formatDuration(ms)}. It writes JSON bodies anew; Creel marks each such request.`,
        })
        setFound({ url: wanted, trial: tested.ok ? good(tested.value.roundTripMs) : failed(tested.error) })
      })
    }, TYPED_FOR_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [wanted])

  function currentTrial(): Trial {
    if (isMaking) return { state: 'trying', words: 'Asking smee.io for a channel' }
    if (makingFailed !== null && url === '') return makingFailed
    if (wanted === null) return IDLE
    return found?.url === wanted ? found.trial : { state: 'trying', words: `Listening to ${hostOfUrl(wanted)}` }
  }

  const trial = currentTrial()
  return {
    url,
    trial,
    setUrl(next) {
      setMakingFailed(null)
      setUrl(next)
    },
    async make() {
      setMaking(true)
      const made = await ask('channels:create', { server: SERVER })
      setMaking(false)
      setMakingFailed(made.ok ? null : failed(made.error))
      if (made.ok) setUrl(made.value.url)
    },
    offReason: trial.state === 'good' ? null : 'Needs a channel that answers',
    async go() {
      const added = await ask('channels:add', { name: hostOfUrl(url), url: url.trim(), targets: [] })
      return added.ok ? { ok: true, value: added.value.id } : added
    },
  }
}

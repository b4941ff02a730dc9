import { useState } from 'react'
import type { Result } from '../../../protocol/app-error.ts'
import type { SourceId } from '../../../protocol/ids.ts'
import { ask } from '../../bridge.ts'
import { formatDuration } from '../../format/duration.ts'
import { hostOfUrl } from '../../format/path.ts'
import { describeTokenProblem, readRelayUrl, readToken } from '../../format/token.ts'
import { useRelayTrial, type RelayTrial } from '../../store/try-relay.ts'
import { failed, IDLE, type Trial, type Way } from './way.ts'

export type OwnRelay = Way & {
  readonly url: string
  readonly token: string
  readonly trial: Trial
  setUrl(url: string): void
  setToken(token: string): void
}

/** A relay of one's own: asked as address and token are typed, before anything is kept. */
export function useOwnRelay(): OwnRelay {
  const [url, setUrl] = useState('')
  const [token, setToken] = useState('')
  const relayUrl = readRelayUrl(url)
  const parts = readToken(token)
  const trial = describe(useRelayTrial(relayUrl, parts), relayUrl ?? '', describeTokenProblem(token))
  return {
    url,
    token,
    trial,
    setUrl,
    setToken,
    offReason: trial.state === 'good' ? null : 'Needs a relay and a valid token',
    async go(): Promise<Result<SourceId | null>> {
      if (relayUrl === null || parts === null) return { ok: true, value: null }
      const added = await ask('sources:add', {
        name: hostOfUrl(relayUrl),
        relayUrl,
        token: parts,
        buckets: [],
        targets: [],
      })
      return added.ok ? { ok: true, value: added.value.id } : added
    },
  }
}

function describe(trial: RelayTrial, relayUrl: string, tokenProblem: string | null): Trial {
  switch (trial.state) {
    case 'idle':
      return tokenProblem === null ? IDLE : { state: 'bad', words: tokenProblem }
    case 'trying':
      return { state: 'trying', words: `Asking ${hostOfUrl(relayUrl)}` }
    case 'bad':
      return failed(trial.error)
    case 'good': {
      const { buckets, roundTripMs } = trial.test
      const names = buckets.map(({ name }) => name).join(', ')
      const many = buckets.length === 1 ? '1 bucket' : `${buckets.length} buckets`
      return {
        state: 'good',
        words: `Answered in ${formatDuration(roundTripMs)}. The token may read ${many}: ${names}.`,
      }
    }
  }
}

import { Bell, BellOff } from 'lucide-react'
import { isSameMute } from '../../../../protocol/mutes.ts'
import { providerName } from '../../../../protocol/provider-name.ts'
import type { RequestSummary } from '../../../../protocol/request.ts'
import type { Mute } from '../../../../protocol/settings.ts'
import { MenuItem, MenuLine } from '../../../parts/menu.tsx'
import { describeMute, mute, unmute } from '../../../store/mutes.ts'
import { useSettings } from '../../../store/settings.ts'

/** What of this request's kind nobody wants to hear of; nothing where neither sender nor event is known. */
export function MuteLines({ request }: { request: RequestSummary }) {
  const { provider, event } = request
  const choices: Mute[] = [
    ...(event === null ? [] : [{ provider, event }]),
    ...(provider === null ? [] : [{ provider, event: null }]),
  ]
  if (choices.length === 0) return null
  return (
    <>
      <MenuLine />
      {choices.map((choice) => (
        <MuteLine key={describeMute(choice)} choice={choice} />
      ))}
    </>
  )
}

function MuteLine({ choice }: { choice: Mute }) {
  const isMuted = useSettings((state) => state.mutes.some((known) => isSameMute(known, choice)))
  const name = choice.event ?? `all of ${providerName(choice.provider ?? '')}`
  return isMuted ? (
    <MenuItem icon={<Bell size={16} />} onPick={() => void unmute(choice)}>
      Unmute {name}
    </MenuItem>
  ) : (
    <MenuItem icon={<BellOff size={16} />} onPick={() => void mute(choice)}>
      Mute {name}
    </MenuItem>
  )
}

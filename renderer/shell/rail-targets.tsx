import { Play, RefreshCw, SlidersHorizontal } from 'lucide-react'
import { describeTarget } from '../format/connection-words.ts'
import { hostOfUrl } from '../format/path.ts'
import type { Target } from '../../protocol/target.ts'
import { Mark } from '../parts/mark.tsx'
import { AreaMenu, MenuItem, MenuLine } from '../parts/menu.tsx'
import { PauseIcon } from '../parts/pause-icon.tsx'
import { probeTarget, updateTargetOrTell, useTargets, useTargetStatus } from '../store/targets.ts'
import { showScreen, useView } from '../store/view.ts'
import { RailItem } from './rail-item.tsx'
import { RailSection } from './rail-section.tsx'

export function RailTargets() {
  const targets = useTargets((state) => state.targets)
  return (
    <RailSection title="Targets" addLabel="Add target" onAdd={() => showScreen({ kind: 'new-target' })}>
      {targets.map((target) => (
        <RailTarget key={target.id} target={target} />
      ))}
    </RailSection>
  )
}

function RailTarget({ target }: { target: Target }) {
  const status = useTargetStatus(target.id)
  const isCurrent = useView(({ screen }) => screen.kind === 'target' && screen.id === target.id)
  const words = describeTarget(target, status)
  const host = hostOfUrl(target.url)
  const open = () => showScreen({ kind: 'target', id: target.id })
  return (
    <AreaMenu
      area={
        <div>
          <RailItem
            icon={<Mark name={words.mark} />}
            label={host}
            sub={words.word}
            short={/:(\d+)$/.exec(host)?.[1] ?? host.slice(0, 4)}
            isCurrent={isCurrent}
            onPick={open}
          />
        </div>
      }
    >
      <MenuItem icon={<SlidersHorizontal size={16} />} onPick={open}>
        Target settings
      </MenuItem>
      <MenuItem icon={<RefreshCw size={16} />} onPick={() => void probeTarget(target.id)}>
        Look now
      </MenuItem>
      <MenuLine />
      <MenuItem
        icon={target.held ? <Play size={16} /> : <PauseIcon size={16} />}
        onPick={() => void updateTargetOrTell({ id: target.id, held: !target.held })}
      >
        {target.held ? 'Release' : 'Hold'}
      </MenuItem>
    </AreaMenu>
  )
}

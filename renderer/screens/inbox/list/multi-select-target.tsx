import { ChevronDown } from 'lucide-react'
import type { ResendTo } from '../../../../protocol/resend.ts'
import type { Target } from '../../../../protocol/target.ts'
import { hostOfUrl } from '../../../format/path.ts'
import { Button } from '../../../parts/button.tsx'
import { Menu, MenuItem, MenuLine } from '../../../parts/menu.tsx'
import { usePorts } from '../../../store/ports.ts'

/** Where many are resent: each to its own targets, or all to one place. */
export function TargetOfResends({
  label,
  targets,
  onPick,
}: {
  label: string
  targets: readonly Target[]
  onPick: (to: ResendTo) => void
}) {
  return (
    <Menu
      trigger={
        <Button aria-label={`Where they go, ${label}`}>
          {label}
          <ChevronDown size={12} />
        </Button>
      }
    >
      <MenuItem onPick={() => onPick({ kind: 'own' })}>to their targets</MenuItem>
      {targets.length > 0 && <MenuLine />}
      {targets.map(({ id, url }) => (
        <MenuItem key={id} onPick={() => onPick({ kind: 'target', id })}>
          to {hostOfUrl(url)}
        </MenuItem>
      ))}
    </Menu>
  )
}

/** Ports of this computer that are open, for resends to what is no target. */
export function OpenPortItems({ onPick }: { onPick: (url: string) => void }) {
  const ports = usePorts()
  return (ports ?? []).slice(0, 8).map(({ port, process }) => (
    <MenuItem key={port} hint={process ?? 'open port'} onPick={() => onPick(`http://localhost:${port}`)}>
      localhost:{port}
    </MenuItem>
  ))
}

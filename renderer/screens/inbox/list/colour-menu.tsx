import { Tag } from 'lucide-react'
import type { RequestId } from '../../../../protocol/ids.ts'
import { RequestColour } from '../../../../protocol/request.ts'
import { ColourMark } from '../../../parts/colour-mark.tsx'
import { MenuChoice, SubMenu } from '../../../parts/menu.tsx'
import { colourRequests } from '../../../store/marks.ts'
import { useRequests } from '../../../store/requests.ts'
import { useSettings } from '../../../store/settings.ts'

/** The five colours and none, each with the key that sets it. */
export function ColourMenu({ ids }: { ids: readonly RequestId[] }) {
  const names = useSettings((state) => state.colourNames)
  const current = useRequests(({ rows }) => {
    const colours = new Set(ids.map((id) => rows.byId.get(id)?.colour ?? null))
    return colours.size === 1 ? String([...colours][0] ?? 0) : undefined
  })
  const colours = names.map((name, at) => ({
    value: String(at + 1),
    label: name,
    icon: <ColourMark colour={at + 1} />,
    keys: String(at + 1),
  }))
  return (
    <SubMenu icon={<Tag size={16} />} label="Colour">
      <MenuChoice
        value={current}
        choices={[{ value: '0', label: 'None', keys: '0' }, ...colours]}
        onChange={(value) => void colourRequests(ids, value === '0' ? null : RequestColour.parse(Number(value)))}
      />
    </SubMenu>
  )
}

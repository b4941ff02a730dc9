import { countOf, formatCount } from '../../../format/bytes.ts'
import { Button } from '../../../parts/button.tsx'
import { setForwarding, useForwarding } from '../../../store/forwarding.ts'
import { BannerFrame } from './banner-frame.tsx'

/** More than this and main asks what is to become of them. */
const ASKED_ABOVE = 20

export function ForwardingOffNews() {
  const held = useForwarding((forwarding) => forwarding.held)
  const word =
    held === 0
      ? 'Turn on'
      : held > ASKED_ABOVE
        ? 'Turn on…'
        : `Turn on, send ${held === 1 ? 'it' : `all ${formatCount(held)}`}`
  const waits =
    held === 0
      ? 'What comes waits, in order'
      : `${countOf(held, 'delivery', 'deliveries')} ${held === 1 ? 'waits' : 'wait in order'}`
  return (
    <BannerFrame
      mark="held"
      tone="hold"
      actions={
        <Button small onClick={() => void setForwarding(true)}>
          {word}
        </Button>
      }
    >
      <b>Forwarding is off.</b> {waits}
    </BannerFrame>
  )
}

import { Check, Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'

const COPIED_FOR_MS = 1600

/**
 * Copies and says so in its own place for a moment. `copy` answers whether it worked; a part knows no clipboard itself.
 * With `text` it is a button with a word, else an icon whose name is `label`.
 */
export function CopyButton({
  label,
  text,
  kind = 'normal',
  small = false,
  className,
  copy,
}: {
  label: string
  text?: string
  kind?: 'normal' | 'primary' | 'quiet'
  small?: boolean
  className?: string | undefined
  copy: () => Promise<boolean>
}) {
  const [isCopied, setCopied] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const run = () => {
    void copy().then((worked) => {
      if (!worked) return
      setCopied(true)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => setCopied(false), COPIED_FOR_MS)
    })
  }
  const size = text === undefined ? 16 : 14
  const icon = isCopied ? <Check size={size} /> : <Copy size={size} />
  return (
    <>
      {text === undefined ? (
        <IconButton label={label} icon={icon} small={small} className={className} onClick={run} />
      ) : (
        <Button kind={kind} small={small} icon={icon} aria-label={label} className={className} onClick={run}>
          {text}
        </Button>
      )}
      <output className="visually-hidden">{isCopied ? 'Copied' : ''}</output>
    </>
  )
}

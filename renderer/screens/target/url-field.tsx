import { ChevronDown } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { Menu, MenuItem } from '../../parts/menu.tsx'
import { usePorts } from '../../store/ports.ts'
import styles from '../settings.module.css'

/** A URL, typed or chosen from the ports that are open. A bare port is taken as one of this computer. */
export function UrlField({
  value,
  error,
  help,
  isFirst = false,
  onChange,
  onCommit,
}: {
  value: string
  error: string | null
  help: string
  /** Takes the focus: adding a target is what was asked for. */
  isFirst?: boolean
  onChange: (value: string) => void
  onCommit: (value: string) => void
}) {
  const ports = usePorts()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (isFirst) input.current?.focus()
  }, [isFirst])
  const choose = (port: number) => {
    const url = `http://localhost:${port}`
    onChange(url)
    onCommit(url)
  }
  return (
    <div className={styles['line']}>
      <Field
        ref={input}
        label="URL or port"
        mono
        placeholder="http://localhost:3000"
        value={value}
        help={help}
        error={error ?? undefined}
        onChange={(event) => onChange(event.target.value)}
        onBlur={() => onCommit(value)}
        onKeyDown={(event) => event.key === 'Enter' && onCommit(value)}
      />
      <Menu
        align="end"
        trigger={
          <Button className={styles['beside']}>
            Ports <ChevronDown size={12} />
          </Button>
        }
      >
        {ports?.length === 0 && (
          <MenuItem offReason="nothing listens" onPick={() => undefined}>
            No open port
          </MenuItem>
        )}
        {ports?.map(({ port, process }) => (
          <MenuItem key={port} {...(process === null ? {} : { hint: process })} onPick={() => choose(port)}>
            {port}
          </MenuItem>
        ))}
      </Menu>
    </div>
  )
}

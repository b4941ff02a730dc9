import { useEffect, useState } from 'react'
import type { ListeningPort } from '../../protocol/delivery.ts'
import { ask } from '../bridge.ts'
import { useShell } from './shell.ts'

const LOOK_EVERY_MS = 3000

/** The ports of this computer on which programs listen, looked for again while they are shown. `null` until the first answer. */
export function usePorts(): readonly ListeningPort[] | null {
  const [ports, setPorts] = useState<readonly ListeningPort[] | null>(null)
  const ownPort = useShell(({ embeddedRelay }) => (embeddedRelay.state === 'running' ? embeddedRelay.port : null))
  useEffect(() => {
    let isShown = true
    const look = async () => {
      const listed = await ask('ports:list', {})
      if (isShown) setPorts((before) => (listed.ok ? listed.value : (before ?? [])))
    }
    void look()
    const timer = setInterval(() => void look(), LOOK_EVERY_MS)
    return () => {
      isShown = false
      clearInterval(timer)
    }
  }, [])
  return ports === null ? null : onePerPort(ports).filter(({ port }) => port !== ownPort)
}

/** A program that listens on IPv4 and IPv6 is one choice. */
function onePerPort(ports: readonly ListeningPort[]): readonly ListeningPort[] {
  const byPort = new Map(ports.map((port) => [port.port, port]))
  return [...byPort.values()].toSorted((a, b) => a.port - b.port)
}

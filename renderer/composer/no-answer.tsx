import { Clock3, RotateCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Attempt, DeliveryFailure } from '../../protocol/delivery.ts'
import { Button } from '../parts/button.tsx'
import { hostOfUrl } from '../format/path.ts'
import { mayHaveLeft } from '../screens/inbox/detail/deliveries/delivery-state.ts'
import { describeTried, sentence } from '../screens/inbox/detail/explanation.tsx'
import { editContent } from '../store/composer-edit.ts'
import { sendDraft } from '../store/composer-send.ts'
import { useComposer } from '../store/composer.ts'
import { usePorts } from '../store/ports.ts'
import { useTargets } from '../store/targets.ts'
import { useModifier } from '../store/shell.ts'
import styles from './response-pane.module.css'
import { atTarget } from './target-of-url.ts'
import type { Response } from './use-response.ts'

const MOST_PORTS = 8

/** Why there is no answer, and what can be done about it. */
export function NoAnswer({
  response,
  attempt,
  failure,
}: {
  response: Response
  attempt: Attempt
  failure: DeliveryFailure
}) {
  const modifier = useModifier()
  const { url } = response.sent
  const isDown = failure.code === 'nothing-listens'
  const port = localPort(url)
  return (
    <div className={styles['ask']}>
      <div role="alert">
        <h2>{isDown ? `Nothing is listening on ${hostOfUrl(url)}` : `No answer from ${hostOfUrl(url)}`}</h2>
        <p>
          {describeTried(failure)} {isDown ? '' : sentence(failure.message)}{' '}
          {!mayHaveLeft(attempt) && 'Nothing was sent.'}
        </p>
      </div>
      {isDown && <OtherPorts />}
      <div className={styles['verbs']}>
        <Button icon={<RotateCw size={14} />} keys={`${modifier} ↵`} data-first-stop onClick={() => void sendDraft()}>
          Send again
        </Button>
        {isDown && port !== null && <WhenItIsBack key={response.sent.id} port={port} />}
      </div>
      <p className={styles['hint']}>
        Your draft is kept.
        {isDown && port !== null && ' “When it is back” sends it once, as soon as something listens.'}
      </p>
    </div>
  )
}

/** Ports of this computer that do listen; a click sends there. */
function OtherPorts() {
  const url = useComposer((state) => state.content.url)
  const targets = useTargets((state) => state.targets)
  const ports = usePorts()
  if (ports === null || ports.length === 0) return null
  // Ports of Creel's own targets are the likelier ones.
  const known = new Set(targets.map((target) => localPort(target.url)))
  const shown = [...ports.filter(({ port }) => known.has(port)), ...ports.filter(({ port }) => !known.has(port))]
  const send = (port: number): void => {
    editContent({ url: atTarget(url, undefined, `http://localhost:${port}`) }, 'target')
    void sendDraft()
  }
  return (
    <div className={styles['ports-field']}>
      <span className={styles['label']} id="other-ports">
        Send to an open port instead
      </span>
      <div className={styles['ports']} role="group" aria-labelledby="other-ports">
        {shown.slice(0, MOST_PORTS).map(({ port, process }) => (
          <Button key={port} className={styles['port']} onClick={() => send(port)}>
            <span className={styles['mono']}>{port}</span>
            <span className={styles['process']}>{process}</span>
          </Button>
        ))}
      </div>
    </div>
  )
}

/** Waits until the port is open and then sends, once; only while the draft is open. */
function WhenItIsBack({ port }: { port: number }) {
  const [isWaiting, setWaiting] = useState(false)
  return (
    <>
      <Button kind="quiet" icon={<Clock3 size={14} />} aria-pressed={isWaiting} onClick={() => setWaiting(!isWaiting)}>
        {isWaiting ? `Waits for ${port}, stop` : 'When it is back'}
      </Button>
      {isWaiting && <SendOnceOpen port={port} />}
    </>
  )
}

function SendOnceOpen({ port }: { port: number }) {
  const isOpen = usePorts()?.some((one) => one.port === port) === true
  useEffect(() => {
    if (isOpen) void sendDraft()
  }, [isOpen])
  return <output className="visually-hidden">Waits until something listens on {port}</output>
}

function localPort(url: string): number | null {
  const port = /^https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\]):(\d+)/i.exec(url)?.[1]
  return port === undefined ? null : Number(port)
}

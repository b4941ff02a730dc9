import { SlidersHorizontal } from 'lucide-react'
import { useEffect } from 'react'
import type { SourceId } from '../../../protocol/ids.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Mark } from '../../parts/mark.tsx'
import { useSource, useSourceStatus } from '../../store/sources.ts'
import { showInbox, showScreen } from '../../store/view.ts'
import settings from '../settings.module.css'
import { LinkButton } from '../../parts/link-button.tsx'
import styles from './refused-screen.module.css'
import { NewToken } from './token-replace.tsx'

/** Creel has stopped trying: what the relay said, and the field that mends it. */
export function RefusedScreen({ id }: { id: SourceId }) {
  const source = useSource(id)
  const connection = useSourceStatus(id)?.connection
  const isMended = source === undefined || connection?.state !== 'refused'
  useEffect(() => {
    if (isMended) showInbox('all', source === undefined ? null : id)
  }, [isMended, source, id])
  if (isMended) return null
  const isOfToken = connection.code !== 'not-a-relay'
  return (
    <main className={settings['screen']} aria-label="Source" data-pane="screen" tabIndex={-1}>
      <div className={settings['bar']}>
        <h1 className={settings['title']}>{source.name}</h1>
        <Badge mark="refused">Not connected</Badge>
        <span className={settings['grow']} />
        <Button icon={<SlidersHorizontal size={14} />} onClick={() => showScreen({ kind: 'source', id })}>
          Source settings
        </Button>
      </div>
      <div className={styles['middle']}>
        <h2 className={styles['title']}>
          <Mark name="refused" />
          {isOfToken ? 'The relay refused this token' : 'No Creel relay answers there'}
        </h2>
        <p className={styles['reason']}>
          {connection.reason} {connection.fix} Creel has stopped trying.
        </p>
        {isOfToken && source.kind === 'creel' && (
          <NewToken source={source} label="New token" button="Connect" isPrimary onDone={() => showInbox('all', id)} />
        )}
        <p className={styles['rest']}>
          Requests received before are still here and can be resent.{' '}
          <LinkButton onClick={() => showInbox('all', id)}>Show them</LinkButton>
        </p>
      </div>
    </main>
  )
}

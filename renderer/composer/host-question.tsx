import { Eye, Globe, Shield } from 'lucide-react'
import type { HostLook } from '../../protocol/draft.ts'
import { secretHeaderTest } from '../../protocol/redaction.ts'
import { Button } from '../parts/button.tsx'
import { dayAndMonth } from '../format/time-ago.ts'
import { refuseQuestion, sendDraft } from '../store/composer-send.ts'
import { useComposer } from '../store/composer.ts'
import { useSettings } from '../store/settings.ts'
import { useModifier } from '../store/shell.ts'
import { linesOn } from './header-lines.ts'
import styles from './response-pane.module.css'

/** Asked once for a host that is not this computer. The focus stays where it is: F6 comes here, and Ctrl Enter is no answer. */
export function HostQuestion({ host, look }: { host: string; look: HostLook | null }) {
  const modifier = useModifier()
  const answer = (rememberHost: boolean) => void sendDraft({ confirmedHost: host, rememberHost })
  return (
    <div className={styles['ask']} role="group" aria-label={`Send to ${host}?`}>
      <div role="alert">
        <h2>Send to {host}?</h2>
        <p>This host is not on this computer. It will get the whole request, headers and body included.</p>
      </div>
      <ul className={styles['card']}>
        <li>
          <Globe size={14} />
          <span className={styles['what']}>Address</span>
          <span className={styles['mono']}>{addressWords(look)}</span>
        </li>
        <li>
          <Shield size={14} />
          <span className={styles['what']}>Certificate</span>
          <span className={styles['fact']}>{certificateWords(look)}</span>
        </li>
        <Secrets />
      </ul>
      <div className={styles['answers']}>
        <Button kind="primary" onClick={() => answer(true)}>
          Send and remember this host
        </Button>
        <Button onClick={() => answer(false)}>Send once</Button>
        <Button kind="quiet" keys="Esc" data-first-stop onClick={refuseQuestion}>
          Do not send
        </Button>
      </div>
      <p className={styles['hint']}>
        F6 goes to this question; {modifier} ↵ does not answer it. Each host is asked for once, the list stands in
        Preferences.
      </p>
    </div>
  )
}

/** Headers that hold secrets and would go there. */
function Secrets() {
  const headers = useComposer((state) => state.content.headers)
  const isSecret = secretHeaderTest(useSettings((state) => state.secretHeaders))
  const names = [...new Set(linesOn(headers).flatMap(({ name }) => (isSecret(name) ? [name] : [])))]
  return (
    <li>
      <Eye size={14} />
      <span className={styles['secrets']} title={names.join(', ')}>
        {names.length === 0 ? 'No header that is known to hold a secret' : <b>{names.join(', ')}</b>}
      </span>
    </li>
  )
}

function addressWords(look: HostLook | null): string {
  if (look === null) return 'looking'
  return look.problem ?? (look.addresses.join(', ') || 'none found')
}

function certificateWords(look: HostLook | null): string {
  if (look === null) return 'looking'
  const { certificate } = look
  if (certificate === null) return look.problem === null ? 'none, plain HTTP' : 'not looked at'
  return certificate.isTrusted ? `valid until ${dayAndMonth(certificate.validTo)}` : certificate.problem
}

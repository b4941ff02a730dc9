import { clsx } from 'clsx'
import { decodePairs } from '../../../body/decode-pairs.ts'
import { copyText } from '../../../bridge.ts'
import { countOf } from '../../../format/bytes.ts'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { Popover } from '../../../parts/popover.tsx'
import styles from './head.module.css'
import type { RequestUrl } from './request-url.ts'

/** A long URL opened over the content, with its query in pairs. In very low windows, which show one line, every URL has it. */
export function FullUrl({ url, isCut }: { url: RequestUrl; isCut: boolean }) {
  const whole = url.input + url.rest
  const pairs = decodePairs(url.query ?? '')
  return (
    <Popover
      label="The whole URL"
      align="end"
      className={styles['popover']}
      trigger={
        <button type="button" className={clsx(styles['show-all'], !isCut && styles['only-short'])}>
          Show all
        </button>
      }
    >
      <p className={styles['full']}>
        <span className={styles['input']}>{url.input}</span>
        {url.rest}
      </p>
      {pairs.length > 0 && (
        <dl className={styles['pairs']}>
          {pairs.map((pair, at) => (
            <div key={at}>
              <dt>{pair.name}</dt>
              <dd>{pair.value}</dd>
            </div>
          ))}
        </dl>
      )}
      <div className={styles['popover-foot']}>
        <CopyButton small label="Copy URL" text="Copy URL" copy={() => copyText(whole)} />
        <CopyButton
          small
          kind="quiet"
          label="Copy path and query"
          text="Copy path and query"
          copy={() => copyText(url.rest)}
        />
        <span className={styles['grow']} />
        <span className={styles['count']}>{countOf(whole.length, 'character')}, as received</span>
      </div>
    </Popover>
  )
}

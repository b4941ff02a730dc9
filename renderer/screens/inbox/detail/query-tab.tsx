import { BodyNotice } from '../../../body/body-notice.tsx'
import { decodePairs, type Pair } from '../../../body/decode-pairs.ts'
import { copyText } from '../../../bridge.ts'
import { countOf } from '../../../format/bytes.ts'
import { CopyButton } from '../../../parts/copy-button.tsx'
import styles from './lines.module.css'
import { ListedLine } from './listed-line.tsx'

/** The query in pairs, in order, with what decoding did to each. */
export function QueryTab({ query }: { query: string | null }) {
  if (query === null) return <BodyNotice title="No query" text="The sender's URL ends with its path." />
  if (query === '') {
    return (
      <BodyNotice
        title="An empty query"
        text="The sender's URL ends with a bare ? and nothing behind it. It is forwarded so."
      />
    )
  }
  const pairs = decodePairs(query)
  return (
    <div className={styles['tab']}>
      <div className={styles['bar']}>
        <span className={styles['count']}>{countOf(pairs.length, 'pair')}, in the order received</span>
        <span className={styles['grow']} />
        <CopyButton small label="Copy the query as received" copy={() => copyText(query)} />
      </div>
      <ol className={styles['list']} aria-label="Query" tabIndex={0}>
        {pairs.map((pair, at) => (
          <ListedLine key={at} number={at + 1} name={pair.name} value={pair.value} tags={tagsOf(pairs, pair, at)} />
        ))}
      </ol>
      <div className={styles['foot']}>
        <span>Decoded here; what is forwarded stays as received</span>
        <span className={styles['grow']} />
        <span>{countOf(query.length, 'byte')} as received</span>
      </div>
    </div>
  )
}

function tagsOf(pairs: readonly Pair[], pair: Pair, at: number): string[] {
  const same = pairs.flatMap((other, index) => (other.name === pair.name ? [index] : []))
  const place = same.indexOf(at) + 1
  return [
    ...(pair.raw === '' ? ['nothing between two &'] : []),
    ...(pair.raw !== '' && !pair.hasEquals ? ['no equals sign'] : []),
    ...(pair.hasEquals && pair.value === '' ? ['empty'] : []),
    ...(pair.decoding === null ? [] : [pair.decoding]),
    ...(same.length > 1 ? [place === 1 ? `1 of ${same.length}` : `${place} of ${same.length}, kept apart`] : []),
  ]
}

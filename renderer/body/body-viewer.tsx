import { useState, type ReactNode } from 'react'
import { CopyButton } from '../parts/copy-button.tsx'
import { Segmented, type Segment } from '../parts/segmented.tsx'
import { Switch } from '../parts/switch.tsx'
import { BodyFoot } from './body-foot.tsx'
import { BodyNotice, LoadingLines } from './body-notice.tsx'
import styles from './body.module.css'
import { copyLongText } from './copy-long-text.ts'
import { HexView } from './hex-view.tsx'
import { LineView } from './line-view.tsx'
import { recogniseBody, type BodyKind } from './media-type.ts'
import { useBody, type BodyState } from './use-body.ts'
import { useDelayed } from './use-delayed.ts'
import { layOutKey, type LaidOut } from './use-rows.ts'

export type BodyView = 'pretty' | 'raw' | 'hex'

/** What is known of a body without reading it. */
export type BodyFacts = {
  readonly url: string
  readonly contentType: string | null
  /** Its Content-Encoding, or null: such bytes are shown as they came, and are not what Content-Type says before they are decoded. */
  readonly encoding: string | null
  /** Bytes that can be read. */
  readonly bytes: number
  readonly sha256: string | null
  /** The head of its message with its last empty line, for the raw view. */
  readonly head: string
  /** "The first 25 MB of 31.4 MB were kept", or null when it is whole. */
  readonly cut: string | null
  /** Why there is none, as a sentence, for a body of no bytes. */
  readonly emptyBecause: string
}

const WAIT_MS = 150

/** Any body, of a request or of an answer: to read, as exact text, as exact bytes. */
export function BodyViewer({
  facts,
  label,
  view,
  onView,
  className,
}: {
  facts: BodyFacts
  /** What it is the body of, for accessible names: "Body", "Response body". */
  label: string
  view: BodyView
  onView: (view: BodyView) => void
  className?: string | undefined
}) {
  const contentType = facts.encoding === null ? facts.contentType : null
  const { client, body } = useBody(facts.url, contentType)
  const [withHead, setWithHead] = useState(false)
  const [answer, setAnswer] = useState<LaidOut | null>(null)
  const kind = body.state === 'open' ? body.kind : recogniseBody(contentType, '')
  const shown: BodyView = view === 'pretty' && kind === 'binary' ? 'hex' : view
  const head = shown === 'raw' && withHead ? facts.head : ''
  const isEmpty = facts.bytes === 0 && head === ''
  const isText = shown !== 'hex' && body.state === 'open' && !isEmpty
  const isCurrent = shown !== 'hex' && answer?.key === layOutKey(facts.url, shown, head)
  const laidOut = isCurrent ? answer : null
  const isLate = useDelayed(body.state === 'loading' || (isText && laidOut === null), WAIT_MS)

  const copyBody = async (): Promise<boolean> => {
    if (client === null || body.state !== 'open') return false
    const { text } = await client.ask('copyBody', {})
    return await copyLongText(text)
  }
  return (
    <div className={`${styles['viewer']} ${className ?? ''}`}>
      <div className={styles['bar']}>
        <Segmented label={`${label} view`} segments={segmentsOf(kind)} value={shown} onChange={onView} />
        {shown === 'raw' && facts.head !== '' && (
          <span className={styles['with-head']}>
            <Switch label="With headers" checked={withHead} onChange={setWithHead} />
            <span aria-hidden>With headers</span>
          </span>
        )}
        <span className={styles['grow']} />
        {shown === 'raw' && body.state === 'open' && !isEmpty && (
          <span className={styles['charset']} title={body.charset}>
            {body.charset}
          </span>
        )}
        {facts.bytes > 0 && <CopyButton small label={`Copy ${label.toLowerCase()}`} copy={copyBody} />}
      </div>
      <BodyContent facts={facts} body={body} isEmpty={isEmpty} isLate={isLate} needsText={shown !== 'hex'}>
        {shown === 'hex' ? (
          <HexView url={facts.url} total={facts.bytes} label={`${label}, hex`} />
        ) : (
          client !== null && (
            <LineView
              client={client}
              documentKey={facts.url}
              view={shown}
              head={head}
              label={`${label}, ${shown}`}
              answer={answer}
              onLaidOut={setAnswer}
            />
          )
        )}
      </BodyContent>
      <BodyFoot
        facts={facts}
        claim={
          isEmpty || body.state === 'gone'
            ? ''
            : shown === 'hex'
              ? describeBytes(facts.encoding)
              : (laidOut?.claim ?? '')
        }
        problem={isText ? (laidOut?.problem ?? null) : null}
      />
    </div>
  )
}

function BodyContent({
  facts,
  body,
  isEmpty,
  isLate,
  needsText,
  children,
}: {
  facts: BodyFacts
  body: BodyState
  isEmpty: boolean
  isLate: boolean
  /** Bytes can be shown while the text of them is still on its way. */
  needsText: boolean
  children: ReactNode
}) {
  if (isEmpty) return <BodyNotice title="No body" text={facts.emptyBecause} />
  switch (body.state) {
    case 'gone':
      return (
        <BodyNotice
          title="The body is gone"
          text="It is not in the history any more. Its size and SHA-256, as received, stand below."
        />
      )
    case 'failed':
      return (
        <BodyNotice title="The body could not be read" text={`${body.message} Select the request again to retry.`} />
      )
    case 'loading':
      if (!needsText) return children
      return isLate ? <LoadingLines text="Reading the body" /> : <div className={styles['code']} />
    case 'open':
      return children
  }
}

function describeBytes(encoding: string | null): string {
  return encoding === null ? 'The exact bytes.' : `The exact bytes, as they came: encoded with ${encoding}.`
}

function segmentsOf(kind: BodyKind): readonly Segment<BodyView>[] {
  const exact = [
    { value: 'raw', label: 'Raw' },
    { value: 'hex', label: 'Hex' },
  ] as const
  const reading = READING[kind]
  return reading === null ? exact : [{ value: 'pretty', label: reading }, ...exact]
}

/** What the view for reading is called; null where there is nothing to read. */
const READING: Record<BodyKind, string | null> = {
  json: 'Pretty',
  xml: 'Pretty',
  form: 'Form',
  html: 'Source',
  multipart: 'Text',
  text: 'Text',
  binary: null,
}

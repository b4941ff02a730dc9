import { useState } from 'react'
import type { SourceId } from '../../../protocol/ids.ts'
import { describeTargetUrlProblem } from '../../../protocol/target.ts'
import { readTarget } from '../../format/target-url.ts'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/choice.tsx'
import { updateSourceOrTell, useSources } from '../../store/sources.ts'
import { addTarget } from '../../store/targets.ts'
import { showInbox, showScreen } from '../../store/view.ts'
import styles from '../settings.module.css'
import { UrlField } from './url-field.tsx'

/** A new target, and the sources whose requests go to it: all of them unless somebody says otherwise. */
export function NewTargetScreen() {
  const sources = useSources((state) => state.sources)
  const [text, setText] = useState('')
  const [left, setLeft] = useState<readonly SourceId[]>([])
  const [failure, setFailure] = useState<string | null>(null)
  const url = readTarget(text)
  const problem = text.trim() === '' ? null : describeTargetUrlProblem(url)
  const add = async () => {
    const added = await addTarget({ url })
    if (added === null) return
    if (!added.ok) {
      setFailure(added.error.message)
      return
    }
    const { id } = added.value
    for (const source of sources.filter((one) => !left.includes(one.id)))
      await updateSourceOrTell({ id: source.id, targets: [...source.targets, id] })
    showScreen({ kind: 'target', id })
  }
  return (
    <main className={styles['screen']} aria-label="Target" data-pane="screen" tabIndex={-1}>
      <div className={styles['bar']}>
        <h1 className={styles['title']}>Add target</h1>
      </div>
      <div className={styles['body']}>
        <form
          className={styles['column']}
          onSubmit={(event) => {
            event.preventDefault()
            void add()
          }}
        >
          <UrlField
            isFirst
            value={text}
            error={problem ?? failure}
            help="A port of this computer, or a whole URL."
            onChange={(value) => {
              setText(value)
              setFailure(null)
            }}
            onCommit={() => undefined}
          />
          <div className={styles['field']}>
            <span className={styles['label']}>Send it the requests of</span>
            {sources.map((source) => (
              <Checkbox
                key={source.id}
                checked={!left.includes(source.id)}
                onChange={(event) =>
                  setLeft(event.target.checked ? left.filter((id) => id !== source.id) : [...left, source.id])
                }
              >
                {source.name}
              </Checkbox>
            ))}
          </div>
          <div className={styles['bar-of-buttons']}>
            <Button kind="primary" offReason={text.trim() === '' ? 'Needs a URL or a port' : problem} type="submit">
              Add target
            </Button>
            <Button kind="quiet" onClick={() => showInbox('all')}>
              Cancel
            </Button>
          </div>
        </form>
      </div>
    </main>
  )
}

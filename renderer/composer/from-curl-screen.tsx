import { useEffect, useRef, useState, type FormEvent } from 'react'
import { Button } from '../parts/button.tsx'
import { composeFromCurl } from '../store/composer-open.ts'
import { useModifier } from '../store/shell.ts'
import { showInbox } from '../store/view.ts'
import styles from './from-curl-screen.module.css'

/** A new request out of a command that was pasted, of bash or PowerShell. Nothing of it is run. */
export function FromCurlScreen() {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const modifier = useModifier()
  useEffect(() => field.current?.focus(), [])
  const make = async (): Promise<void> => {
    if (text.trim() === '') return
    setProblem(await composeFromCurl(text))
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void make()
  }
  return (
    <main className={styles['screen']} aria-label="From cURL" data-pane="screen" tabIndex={-1}>
      <form className={styles['form']} onSubmit={submit}>
        <h1 className={styles['title']}>New request from cURL</h1>
        <label className={styles['label']} htmlFor="curl-command">
          Command
        </label>
        <textarea
          ref={field}
          id="curl-command"
          className={styles['command']}
          spellCheck={false}
          rows={12}
          placeholder="curl -X POST http://localhost:3000/hooks -H 'content-type: application/json' -d '{}'"
          value={text}
          aria-invalid={problem !== null}
          aria-describedby="curl-help"
          onChange={(event) => {
            setText(event.target.value)
            setProblem(null)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
            event.preventDefault()
            void make()
          }}
        />
        <p
          id="curl-help"
          role={problem === null ? undefined : 'alert'}
          className={problem === null ? styles['help'] : styles['problem']}
        >
          {problem ??
            'As copied from a browser, from documents or from Creel: of bash or PowerShell. Nothing of it is run.'}
        </p>
        <div className={styles['buttons']}>
          <Button onClick={() => showInbox('all')}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            keys={`${modifier} ↵`}
            offReason={text.trim() === '' ? 'paste a command first' : null}
          >
            Make the request
          </Button>
        </div>
      </form>
    </main>
  )
}

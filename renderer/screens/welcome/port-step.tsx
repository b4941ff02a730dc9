import { useState } from 'react'
import type { Source } from '../../../protocol/source.ts'
import { describeTargetUrlProblem } from '../../../protocol/target.ts'
import { hostOfUrl } from '../../format/path.ts'
import { readTarget } from '../../format/target-url.ts'
import { Radio } from '../../parts/choice.tsx'
import { usePorts } from '../../store/ports.ts'
import { useTargets } from '../../store/targets.ts'
import { showFailure } from '../../store/toast.ts'
import { sendAllTo } from './send-all-to.ts'
import styles from './port-step.module.css'
import { Step } from './step.tsx'

const MOST_PORTS = 6

/** Each choice holds at once; the next request goes there. */
export function PortStep({ source }: { source: Source | undefined }) {
  const ports = usePorts()
  const chosenUrl = useTargets(({ targets }) => targets.find((target) => source?.targets.includes(target.id))?.url)
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const shown = (ports ?? []).slice(0, MOST_PORTS)
  const portUrls = shown.map(({ port }) => `http://localhost:${port}`)
  const isOther = chosenUrl !== undefined && !portUrls.includes(chosenUrl)
  const choose = async (url: string | null) => {
    if (source === undefined) return
    const sent = await sendAllTo(source, url)
    if (sent?.ok === false) showFailure(sent.error)
  }
  const commitTyped = () => {
    if (typed.trim() === '') return
    const url = readTarget(typed)
    const wrong = describeTargetUrlProblem(url)
    setProblem(wrong)
    if (wrong === null) void choose(url)
  }
  return (
    <Step
      number={3}
      title="Choose where it goes"
      text="Every request goes to this port, its body as it was sent. You can skip this."
    >
      <div className={styles['ports']} role="radiogroup" aria-label="Where requests go">
        {shown.map(({ port, process }, index) => (
          <div key={port} className={styles['port']}>
            <Radio
              name="port"
              className={styles['radio']}
              checked={chosenUrl === portUrls[index]}
              onChange={() => void choose(portUrls[index] ?? null)}
            >
              <code>{port}</code> <span className={styles['process']}>{process}</span>
            </Radio>
          </div>
        ))}
        <div className={styles['port']}>
          <Radio name="port" className={styles['radio']} checked={isOther} onChange={commitTyped}>
            Other
          </Radio>
          <input
            type="text"
            aria-label="Other URL"
            aria-invalid={problem !== null}
            className={styles['other']}
            spellCheck={false}
            placeholder="http://localhost:"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value)
              setProblem(null)
            }}
            onBlur={commitTyped}
            onKeyDown={(event) => event.key === 'Enter' && commitTyped()}
          />
        </div>
        <div className={styles['port']}>
          <Radio
            name="port"
            className={styles['radio']}
            checked={chosenUrl === undefined}
            onChange={() => void choose(null)}
          >
            Only receive
          </Radio>
        </div>
      </div>
      <output className={styles['said']} data-bad={problem !== null}>
        {problem ?? (isOther ? `Requests go to ${hostOfUrl(chosenUrl)}` : '')}
      </output>
    </Step>
  )
}

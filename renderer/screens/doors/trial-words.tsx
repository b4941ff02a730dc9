import type { ReactNode } from 'react'
import { Mark } from '../../parts/mark.tsx'
import type { Trial } from './way.ts'

const MARKS = { trying: 'sending', good: 'delivered', bad: 'refused' } as const

/** The foot of a door: what was tried, or what to know before it is. */
export function TrialWords({ trial, otherwise }: { trial: Trial; otherwise: ReactNode }) {
  if (trial.state === 'idle') return otherwise
  return (
    <>
      <Mark name={MARKS[trial.state]} />
      <span role={trial.state === 'bad' ? 'alert' : undefined}>{trial.words}</span>
    </>
  )
}

import { formatCount } from '../format/bytes.ts'
import { LinkButton } from '../parts/link-button.tsx'
import { Mark } from '../parts/mark.tsx'
import { selectRows } from '../store/multi-select.ts'
import { useResendJobs } from '../store/resend-many.ts'
import { showInbox } from '../store/view.ts'

/** How far resends are that are under way; a click leads back to them. */
export function Resending({ className }: { className: string | undefined }) {
  const job = useResendJobs((state) => state.jobs.find((one) => one.state === 'running'))
  if (job === undefined) return null
  const begun = job.outcomes.filter(({ outcome }) => outcome !== 'waiting').length
  const show = (): void => {
    showInbox('all')
    selectRows(job.outcomes.map(({ requestId }) => requestId))
  }
  return (
    <span className={className}>
      <Mark name="sending" />
      <LinkButton onClick={show}>
        Resending {formatCount(begun)} of {formatCount(job.outcomes.length)}
      </LinkButton>
    </span>
  )
}

import { Send } from 'lucide-react'
import type { SampleName } from '../../../protocol/ipc.ts'
import type { Source } from '../../../protocol/source.ts'
import { curlLine } from '../../format/curl-line.ts'
import { copyText } from '../../bridge.ts'
import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { useShell } from '../../store/shell.ts'
import { sendSample } from '../../store/sources.ts'
import { Step } from './step.tsx'
import styles from './try-step.module.css'

const SAMPLES: readonly { readonly sample: SampleName; readonly name: string }[] = [
  { sample: 'github', name: 'GitHub' },
  { sample: 'stripe', name: 'Stripe' },
  { sample: 'slack', name: 'Slack' },
  { sample: 'sns', name: 'SNS' },
]

export function TryStep({ source, url }: { source: Source | undefined; url: string | undefined }) {
  const platform = useShell((shell) => shell.platform)
  const offReason = url === undefined ? 'Needs the URL of step 1' : null
  const line = url === undefined ? '' : curlLine(url, platform)
  const send = (sample: SampleName) => {
    if (source !== undefined) void sendSample(source.id, sample)
  }
  return (
    <Step number={2} title="Try it" text="Paste this into a terminal, or let Creel send one.">
      <pre className={styles['terminal']}>
        <span className={styles['prompt']} aria-hidden>
          {platform === 'win32' ? '>' : '$'}{' '}
        </span>
        <code>{line}</code>
      </pre>
      <div className={styles['line']}>
        <Button icon={<Send size={14} />} offReason={offReason} onClick={() => send('hello')}>
          Send a test webhook
        </Button>
        <CopyButton kind="quiet" label="Copy curl" text="Copy curl" copy={() => copyText(line)} />
        <span className={styles['samples']}>
          Send a sample:
          {SAMPLES.map(({ sample, name }) => (
            <button
              key={sample}
              type="button"
              className={styles['sample']}
              aria-label={`Send a sample of ${name}`}
              onClick={() => send(sample)}
            >
              {name}
            </button>
          ))}
        </span>
      </div>
    </Step>
  )
}

import type { SampleName } from '../../protocol/ipc.ts'
import type { HeaderLine } from '../../protocol/request.ts'

export type Sample = {
  readonly path: string
  readonly headers: readonly HeaderLine[]
  readonly body: string
}

/** Webhooks to try things with, in the shape that their senders use. None carries a signature: only the sender's secret could make one. */
export function buildSample(name: SampleName, now: number): Sample {
  const seconds = Math.floor(now / 1000)
  const iso = new Date(now).toISOString()
  switch (name) {
    case 'hello':
      return json('/hello', [], '{"event":"hello","amount":1.00}')
    case 'github':
      return json(
        '/github',
        [
          ['X-GitHub-Event', 'issues'],
          ['X-GitHub-Hook-ID', '482113907'],
          ['User-Agent', 'GitHub-Hookshot/044aadd'],
        ],
        JSON.stringify({
          action: 'opened',
          issue: { number: 482, title: 'Refund webhook arrives twice', state: 'open', created_at: iso, comments: 0 },
          repository: { id: 186853002, full_name: 'harborline/ledger', private: false },
          sender: { login: 'mira-okafor', id: 5839201, type: 'User' },
        }),
      )
    case 'stripe':
      return json(
        '/stripe',
        [['User-Agent', 'Stripe/1.0 (+https://stripe.com/docs/webhooks)']],
        JSON.stringify(
          {
            id: `evt_sample_${seconds}`,
            object: 'event',
            api_version: '2026-01-28',
            created: seconds,
            data: {
              object: { id: 'in_sample', object: 'invoice', amount_paid: 4200, currency: 'eur', status: 'paid' },
            },
            livemode: false,
            type: 'invoice.paid',
          },
          null,
          2,
        ),
      )
    case 'slack':
      return {
        path: '/slack/commands',
        headers: [
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ['User-Agent', 'Slackbot 1.0 (+https://api.slack.com/robots)'],
          ['X-Slack-Request-Timestamp', String(seconds)],
        ],
        body: 'team_id=T0001&team_domain=harborline&channel_name=ops&user_name=mira&command=%2Fdeploy&text=staging+now',
      }
    case 'sns':
      return {
        path: '/sns',
        headers: [
          ['Content-Type', 'text/plain; charset=UTF-8'],
          ['X-Amz-Sns-Message-Type', 'Notification'],
          ['User-Agent', 'Amazon Simple Notification Service Agent'],
        ],
        body: JSON.stringify(
          {
            Type: 'Notification',
            MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
            TopicArn: 'arn:aws:sns:eu-central-1:123456789012:orders',
            Message: '{"order":7719,"state":"shipped"}',
            Timestamp: iso,
          },
          null,
          2,
        ),
      }
  }
}

function json(path: string, headers: readonly HeaderLine[], body: string): Sample {
  return { path, headers: [['Content-Type', 'application/json'], ...headers], body }
}

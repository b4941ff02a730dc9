import type { Sender } from './sender.ts'

/** Code hosting, CI and operations. Forgejo comes before Gitea, Gogs and GitHub, whose headers it sends too; GitLab before Standard Webhooks. */
export const sendersOfCode: readonly Sender[] = [
  {
    id: 'forgejo',
    headers: ['x-forgejo-event', 'x-forgejo-signature'],
    event: [['header:x-forgejo-event', 'body:action']],
    tellsBranch: true,
    senderId: [['header:x-forgejo-delivery']],
  },
  {
    id: 'gitea',
    headers: ['x-gitea-event', 'x-gitea-signature'],
    event: [['header:x-gitea-event', 'body:action']],
    tellsBranch: true,
    senderId: [['header:x-gitea-delivery']],
  },
  {
    id: 'gogs',
    headers: ['x-gogs-event', 'x-gogs-signature'],
    event: [['header:x-gogs-event', 'body:action']],
    tellsBranch: true,
    senderId: [['header:x-gogs-delivery']],
  },
  {
    id: 'github',
    headers: ['x-github-event'],
    event: [['header:x-github-event', 'body:action']],
    tellsBranch: true,
    senderId: [['header:x-github-delivery']],
  },
  {
    id: 'gitlab',
    headers: ['x-gitlab-event', 'x-gitlab-token'],
    event: [['header:x-gitlab-event'], ['body:object_kind']],
    without: ' Hook',
    // The key stays the same in each repeat, which the event's UUID does for nested events only.
    senderId: [['header:idempotency-key'], ['header:webhook-id'], ['header:x-gitlab-event-uuid']],
  },
  {
    id: 'bitbucket',
    headers: ['x-event-key'],
    event: [['header:x-event-key']],
    senderId: [['header:x-request-uuid'], ['header:x-request-id']],
    attempt: ['header:x-attempt-number'],
  },
  {
    id: 'jira',
    headers: ['x-atlassian-webhook-identifier'],
    body: ['webhookEvent'],
    event: [['body:webhookEvent']],
    senderId: [['header:x-atlassian-webhook-identifier']],
    attempt: ['header:x-atlassian-webhook-retry'],
  },
  {
    id: 'circleci',
    headers: ['circleci-event-type', 'circleci-signature'],
    event: [['header:circleci-event-type'], ['body:type']],
    senderId: [['body:id']],
  },
  {
    id: 'buildkite',
    headers: ['x-buildkite-event', 'x-buildkite-signature', 'x-buildkite-token'],
    event: [['header:x-buildkite-event'], ['body:event']],
    senderId: [['header:x-buildkite-request'], ['body:build.id', 'body:event']],
  },
  {
    id: 'vercel',
    headers: ['x-vercel-signature'],
    event: [['body:type']],
    senderId: [['body:id']],
  },
  {
    id: 'netlify',
    headers: ['x-netlify-event'],
    event: [['header:x-netlify-event']],
    senderId: [['body:id', 'body:state']],
  },
  {
    id: 'heroku',
    headers: ['heroku-webhook-hmac-sha256'],
    body: ['webhook_metadata.event.id'],
    event: [['body:resource', 'body:action']],
    between: ' · ',
    senderId: [['body:webhook_metadata.event.id'], ['body:webhook_metadata.delivery.id']],
  },
  {
    id: 'sentry',
    headers: ['sentry-hook-resource', 'sentry-hook-signature'],
    event: [['header:sentry-hook-resource', 'body:action'], ['body:action']],
    senderId: [['header:request-id']],
  },
  {
    id: 'pagerduty',
    headers: ['x-pagerduty-signature'],
    event: [['body:event.event_type']],
    senderId: [['body:event.id']],
  },
]

import type { HeaderSpec, SchemeRow } from '../row.ts'
import { bodyHmac, HUB_SHA1, SHA256_PREFIX, timedKv } from './shorthand.ts'

const HUB_SHA256: HeaderSpec = { name: 'X-Hub-Signature-256', format: SHA256_PREFIX }
const GOGS: HeaderSpec = { name: 'X-Gogs-Signature' }
const GITEA: HeaderSpec = { name: 'X-Gitea-Signature' }

/** Code hosting and CI. Sources: each provider's page on validating its webhooks. */
export const codeHosting: readonly SchemeRow[] = [
  bodyHmac('github', 'GitHub', 'X-Hub-Signature-256', { format: SHA256_PREFIX, companions: [HUB_SHA1] }),
  bodyHmac('github-sha1', 'GitHub (SHA-1, legacy)', 'X-Hub-Signature', {
    alg: 'sha1',
    format: { kind: 'prefix', prefix: 'sha1=' },
    companions: [{ ...HUB_SHA256, alg: 'sha256' }],
  }),
  bodyHmac('fluid', 'Fluid', 'X-Hub-Signature-256', { format: SHA256_PREFIX }),
  bodyHmac('gitlab-token', 'GitLab (secret token)', 'X-Gitlab-Token', { mac: 'token', parts: [] }),
  // The header of GitHub's SHA-1, with SHA-256 in it: the algorithm stands in the prefix.
  bodyHmac('bitbucket', 'Bitbucket', 'X-Hub-Signature', {
    format: SHA256_PREFIX,
    otherAlgorithms: ['sha384', 'sha512'],
  }),
  bodyHmac('jira', 'Jira', 'X-Hub-Signature', { format: SHA256_PREFIX, otherAlgorithms: ['sha384', 'sha512'] }),
  bodyHmac('gitea', 'Gitea', 'X-Gitea-Signature', { companions: [GOGS, HUB_SHA256, HUB_SHA1] }),
  bodyHmac('forgejo', 'Forgejo', 'X-Forgejo-Signature', { companions: [GITEA, GOGS, HUB_SHA256, HUB_SHA1] }),
  bodyHmac('gogs', 'Gogs', 'X-Gogs-Signature', { companions: [HUB_SHA256, HUB_SHA1] }),
  bodyHmac('circleci', 'CircleCI', 'circleci-signature', {
    format: { kind: 'kv', separator: ',', signatureKey: 'v1' },
    multi: 'any',
  }),
  timedKv('buildkite', 'Buildkite', 'X-Buildkite-Signature', 300, {
    format: { kind: 'kv', separator: ',', timestampKey: 'timestamp', signatureKey: 'signature' },
    also: [{ name: 'X-Buildkite-Token', mac: 'token', format: { kind: 'raw' }, parts: [] }],
  }),
  bodyHmac('vercel', 'Vercel', 'x-vercel-signature', { alg: 'sha1' }),
  bodyHmac('heroku', 'Heroku', 'Heroku-Webhook-Hmac-SHA256', { enc: 'base64' }),
  bodyHmac('sentry', 'Sentry', 'Sentry-Hook-Signature', { also: [{ name: 'Sentry-App-Signature' }] }),
  bodyHmac('pagerduty', 'PagerDuty', 'X-PagerDuty-Signature', {
    format: { kind: 'kv', separator: ',', signatureKey: 'v1' },
    multi: 'any',
  }),
]

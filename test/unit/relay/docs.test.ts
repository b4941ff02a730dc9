import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { SETTINGS } from '../../../relay/settings.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const docs = readFileSync(`${ROOT}/docs/relay.md`, 'utf8')
const code = globSync('relay/**/*.ts', { cwd: ROOT }).map((file) => readFileSync(`${ROOT}/${file}`, 'utf8'))

/** What a pattern finds in the relay's code, each once. */
function found(pattern: RegExp): string[] {
  return [...new Set(code.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')))]
}

test('docs/relay.md lists every setting', () => {
  for (const variable of Object.keys(SETTINGS)) expect(docs).toContain(`\`${variable}\``)
})

test('docs/relay.md lists every metric', () => {
  const metrics = found(/'(creel_[a-z_]+)'/g)
  expect(metrics.length).toBeGreaterThan(5)
  for (const metric of metrics) expect(docs).toContain(`\`${metric}`)
})

test('docs/relay.md lists every reason for which a sender is refused', () => {
  const ingest = globSync('relay/{ingest/*,http-door}.ts', { cwd: ROOT })
  const reasons = ingest.flatMap((file) =>
    [...readFileSync(`${ROOT}/${file}`, 'utf8').matchAll(/(?:code: |count\()'([a-z-]+)'/g)].map((match) => match[1]),
  )
  // These two are refusals of agents, with no sender involved.
  const ours = new Set(reasons.filter((reason) => reason !== 'host-not-allowed' && reason !== 'not-found'))
  expect(ours.size).toBeGreaterThan(8)
  for (const reason of ours) expect(docs).toContain(`| \`${reason}\` |`)
})

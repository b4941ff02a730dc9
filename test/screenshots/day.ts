import type { ServerResponse } from 'node:http'
import { expect, type Page } from '@playwright/test'
import type { Target } from '../../protocol/target.ts'
import { type Camera, openCamera } from '../helpers/camera.ts'
import type { CreelApp, StartApp } from '../helpers/creel-app.ts'
import { type LocalTarget, type Received, startLocalTarget } from '../helpers/local-target.ts'
import { GITHUB_SECRET } from '../helpers/payloads.ts'
import { type StandaloneRelay, startStandaloneRelay } from '../helpers/standalone-relay.ts'
import { ask, inputUrl, useTargets } from '../helpers/window.ts'
import { catchUp, postAtHome, postOldTraffic, postPastHour } from './traffic-of-a-day.ts'
import { PUBLIC_HOST } from './traffic.ts'

/** A window in the middle of a day's work: three sources, three targets, and everything that can become of a request. */
export type Day = {
  readonly app: CreelApp
  readonly page: Page
  readonly camera: Camera
  readonly ledger: StandaloneRelay
  readonly audit: Target
  /** Lets the target answer what it has kept waiting, and from now on at once. */
  answerAll(): void
  end(): Promise<void>
}

export async function startDay(startApp: StartApp): Promise<Day> {
  const ledger = await startStandaloneRelay({ publicUrl: `https://${PUBLIC_HOST}` })
  const staging = await startStandaloneRelay({
    bucketName: 'staging',
    bucketSettings: { maxItems: 6, overflow: 'drop-oldest' },
    publicUrl: 'https://staging.harborline.example',
  })
  const server = createLedgerServer()
  const main = await startOnPort(3000, server.answer)
  const other = await startOnPort(4242, (_, response) => void response.writeHead(204).end())
  const down = await startOnPort(8025)
  await down.close()

  const app = await startApp()
  const page = await app.page()
  const home = await inputUrl(page)
  const camera = await openCamera(app)
  await ask(page, 'secrets:set-signing', { scheme: 'github', secret: GITHUB_SECRET })
  const ledgerTarget = await ask(page, 'targets:add', { url: `${main.url}/hooks` })
  const audit = await ask(page, 'targets:add', { url: other.url })
  await useTargets(page, [down.url])

  const common = { buckets: [] }
  const old = await ask(page, 'sources:add', {
    ...common,
    name: 'Staging',
    relayUrl: staging.url,
    token: staging.token,
    targets: [audit.id],
  })
  await postOldTraffic(page, old.id, staging.inputUrl)
  await postPastHour(ledger)
  const source = await ask(page, 'sources:add', {
    ...common,
    name: 'GitHub ledger',
    relayUrl: ledger.url,
    token: ledger.token,
    targets: [ledgerTarget.id],
  })
  await catchUp(page, source.id)
  await postAtHome(home)
  await expect.poll(async () => (await ask(page, 'app:snapshot', {})).counts.held).toBe(2)
  return {
    app,
    page,
    camera,
    ledger,
    audit,
    answerAll: server.answerAll,
    async end() {
      await app.quit()
      await Promise.all([ledger.stop(), staging.stop(), main.close(), other.close()])
    },
  }
}

/** The port that the mock-ups show, or any when somebody has it. */
export function startOnPort(
  port: number,
  answer?: (request: Received, response: ServerResponse) => void,
): Promise<LocalTarget> {
  const options = answer === undefined ? {} : { answer }
  return startLocalTarget({ ...options, port }).catch(() => startLocalTarget(options))
}

/** A server under development: it works for a moment on each request, and not all goes well. */
function createLedgerServer(): {
  answer: (request: Received, response: ServerResponse) => void
  answerAll: () => void
} {
  const waiting: ServerResponse[] = []
  let isHolding = true
  const write = (response: ServerResponse, status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  return {
    answer(request, response) {
      const header = (name: string) => request.rawHeaders[request.rawHeaders.indexOf(name) + 1] ?? ''
      const event = request.rawHeaders.includes('X-GitHub-Event') ? header('X-GitHub-Event') : ''
      const isUnpaid = request.body.includes('invoice.payment_failed')
      if (event === 'push' && isHolding) waiting.push(response)
      else if (event === 'issues')
        write(response, 500, {
          error: 'duplicate key value violates unique constraint "ledger_entry_pkey"',
          request_id: 'req_01J5W3Q8',
          at: 'ledger/entries.ts:118',
        })
      else if (request.method === 'DELETE') write(response, 404, { error: 'no such hook' })
      else if (isUnpaid) write(response, 422, { error: 'customer is not known', customer: 'cus_SfQm2tXo1x9aaa' })
      else write(response, event === 'pull_request' ? 202 : 200, { ok: true })
    },
    answerAll() {
      isHolding = false
      for (const response of waiting.splice(0)) write(response, 200, { ok: true })
    },
  }
}

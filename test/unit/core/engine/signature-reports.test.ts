import { expect, test } from 'vitest'
import { createSignatureReports } from '../../../../core/engine/signature-reports.ts'
import type { HistoryRequests } from '../../../../core/history/history.ts'
import { RequestId } from '../../../../protocol/ids.ts'
import type { RequestDetail } from '../../../../protocol/request.ts'
import { signRequest } from '../../../../signatures/sign.ts'

const id = RequestId.parse(1)
const body = Buffer.from('{"action":"opened"}')
const headers = signRequest({ scheme: 'github', headers: [], body, secret: 'right', now: 0 })

test('a verdict that was under way while its secret changed is not kept', async () => {
  const secrets = new Map([['signing:github', 'wrong']])
  let letGo = (): void => undefined
  const isSlow = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const requests = {
    get: async () => ({ id, headers, bodyBytes: body.length, receivedAt: 0 }) as unknown as RequestDetail,
    async readBody() {
      await isSlow
      return new Uint8Array(body)
    },
  } as unknown as HistoryRequests
  const reports = createSignatureReports({
    requests,
    secrets: {
      get: async (name) => secrets.get(name) ?? null,
      set: async (name, value) => void secrets.set(name, value),
      delete: async (name) => void secrets.delete(name),
    },
  })
  const early = reports.of(id)
  await new Promise((resolve) => setImmediate(resolve))
  await reports.setSecret('github', 'right')
  letGo()
  expect(await early).toMatchObject({ state: 'failed', code: 'mismatch' })
  expect(await reports.of(id)).toMatchObject({ state: 'verified' })
  await reports.deleteSecret('github')
  expect(await reports.of(id)).toMatchObject({ state: 'no-secret' })
})

import { expect, onTestFinished, test } from 'vitest'
import { createResendJobs } from '../../../../core/compose/resend-jobs.ts'
import type { StoredDelivery } from '../../../../core/history/history.ts'
import { DeliveryId, RequestId } from '../../../../protocol/ids.ts'
import { eventually } from '../../../helpers/eventually.ts'

test('what is being stored while its job is cancelled does not go out later', async () => {
  const stored: StoredDelivery = {
    id: DeliveryId.parse(5),
    requestId: RequestId.parse(1),
    targetId: null,
    url: 'http://localhost:3000',
    reason: 'resend',
    state: 'held',
    holdReason: 'forwarding',
  }
  let letGo: () => void = () => undefined
  const storing = new Promise<readonly StoredDelivery[]>((resolve) => {
    letGo = () => resolve([stored])
  })
  const cancelled: DeliveryId[] = []
  const jobs = createResendJobs({
    resend: () => storing,
    deliveries: { of: async () => [] },
    cancelDelivery: async (id) => cancelled.push(id),
    now: () => 0,
    monotonic: () => performance.now(),
    onChange: () => undefined,
    onProblem: (problem) => {
      throw problem
    },
  })
  onTestFinished(() => jobs.stop())
  const { id } = jobs.start({
    ids: [stored.requestId, RequestId.parse(2)],
    order: 'arrival',
    pacePerSecond: null,
    to: { kind: 'own' },
  })
  await eventually(() => expect(jobs.list()[0]?.outcomes[0]?.outcome).toBe('sending'))
  await jobs.cancel(id)
  letGo()
  await eventually(() => expect(jobs.list()[0]?.state).toBe('cancelled'))
  expect(cancelled).toEqual([stored.id])
})

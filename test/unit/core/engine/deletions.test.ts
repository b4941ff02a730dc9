import { expect, test } from 'vitest'
import { createDeletions } from '../../../../core/engine/deletions.ts'
import { RequestId } from '../../../../protocol/ids.ts'

const id = RequestId.parse(1)

test('whoever closes the history waits for a deletion too that somebody else has begun to finish', async () => {
  let letGo: () => void = () => undefined
  const isGone = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const deletions = createDeletions({
    history: {
      keeping: { hide: async () => ({ unsent: 0 }) },
      requests: { delete: () => isGone },
    } as never,
    forwarder: { setAside: () => () => undefined },
    onHidden: () => undefined,
    onRestored: () => undefined,
    onProblem: (problem) => {
      throw problem
    },
  })
  await deletions.begin([id])
  const byWindow = deletions.finishAll()
  let isOver = false
  const byStop = deletions.finishAll().then(() => {
    isOver = true
  })
  await Promise.resolve()
  expect(isOver).toBe(false)
  letGo()
  await Promise.all([byWindow, byStop])
  expect(isOver).toBe(true)
})

import { expect, test } from 'vitest'
import { createDeletions } from '../../../../core/engine/deletions.ts'
import type { HistoryKeeping } from '../../../../core/history/keeping.ts'
import { RequestId } from '../../../../protocol/ids.ts'

const [one, two] = [RequestId.parse(1), RequestId.parse(2)]

/** Deletions over a history that does as it is told, and what was told of them. */
function open(keeping: Partial<HistoryKeeping>) {
  const said: unknown[] = []
  const problems: unknown[] = []
  const deletions = createDeletions({
    history: {
      // Only what deletions ask for.
      keeping: {
        hide: async (ids: readonly RequestId[]) => ({ requests: ids.length, deliveries: 0 }),
        restore: async (ids: readonly RequestId[]) => ids,
        deleteHidden: async () => [],
        ...keeping,
      } as Partial<HistoryKeeping> as HistoryKeeping,
    },
    forwarder: { setAside: () => (some) => void said.push(['put back', some ?? 'all']) },
    onHidden: (ids) => void said.push(['hidden', ids]),
    onRestored: (ids) => void said.push(['restored', ids]),
    onProblem: (problem) => void problems.push(problem),
  })
  return { deletions, said, problems }
}

test('whoever closes the history waits for a deletion too that somebody else has begun to finish', async () => {
  let letGo: () => void = () => undefined
  const isGone = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const { deletions } = open({ deleteHidden: () => isGone.then(() => []) })
  await deletions.begin([one])
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

test('a deletion that could not be taken back can still be, once the history can be written again', async () => {
  let isBroken = true
  const { deletions, said } = open({
    async restore(ids) {
      if (isBroken) throw new Error('the disk is full')
      return ids
    },
  })
  const { deletion } = await deletions.begin([one])
  await expect(deletions.undo(deletion)).rejects.toThrow('the disk is full')
  isBroken = false
  expect(await deletions.undo(deletion)).toEqual([one])
  expect(said).toEqual([
    ['hidden', [one]],
    ['put back', 'all'],
    ['restored', [one]],
  ])
})

test('of a deletion that broke off in the middle nothing stays hidden, as it would be deleted at the next start', async () => {
  const restored: unknown[] = []
  const { deletions, said } = open({
    hide: () => Promise.reject(new Error('the disk is full')),
    async restore(ids) {
      restored.push(ids)
      return ids
    },
  })
  await expect(deletions.begin([one, two])).rejects.toThrow('the disk is full')
  expect(restored).toEqual([[one, two]])
  expect(said).toEqual([['put back', 'all']])
})

test('what its relay was asked for meanwhile is in sight again, and what waits of it goes out', async () => {
  const { deletions, said } = open({ deleteHidden: async () => [two] })
  const { deletion } = await deletions.begin([one, two])
  await deletions.finish(deletion)
  expect(said).toEqual([
    ['hidden', [one, two]],
    ['put back', [two]],
    ['restored', [two]],
  ])
})

import { describe, expect, it } from 'vitest'
import type { RequestId, RequestUid } from '../../../../protocol/ids.ts'
import type { RequestSummary } from '../../../../protocol/request.ts'
import {
  NO_ROWS,
  withEvents,
  withNewestPage,
  withoutDeleted,
  withoutOldest,
  withPage,
  withPatch,
} from '../../../../renderer/store/request-rows.ts'

function row(id: number, event = 'first'): RequestSummary {
  return {
    id: id as RequestId,
    uid: `uid-${id}` as RequestUid,
    kind: 'captured',
    sourceId: null,
    receivedAt: 1000 + id,
    method: 'POST',
    requestTarget: '/in/x/github',
    mountBytes: 5,
    bodyBytes: 2,
    contentType: 'application/json',
    provider: null,
    event,
    parentId: null,
    pinned: false,
    colour: null,
    hasNote: false,
    read: false,
    detail: null,
    result: null,
  }
}

const always = () => true
const never = () => false
const id = (value: number) => value as RequestId

describe('rows of the list', () => {
  it('stand newest first, whichever way they came', () => {
    const rows = withPage(withEvents(NO_ROWS, [row(5)], always), [row(3), row(2)], 0)
    expect(withEvents(rows, [row(6)], always).order).toEqual([6, 5, 3, 2])
  })

  it('keep what an event told after the page was asked for', () => {
    const asked = NO_ROWS.changeNo
    const told = withEvents(NO_ROWS, [row(5, 'told by an event')], always)
    expect(withPage(told, [row(5, 'older page')], asked).byId.get(id(5))?.event).toBe('told by an event')
  })

  it('take from a page what it knows better than an older event', () => {
    const told = withEvents(NO_ROWS, [row(5, 'told by an event')], always)
    expect(withPage(told, [row(5, 'newer page')], told.changeNo).byId.get(id(5))?.event).toBe('newer page')
  })

  it('do not come back from a page that was asked for before they were deleted', () => {
    const asked = NO_ROWS.changeNo
    const rows = withPage(withoutDeleted(NO_ROWS, [id(5)]), [row(5), row(4)], asked)
    expect(rows.order).toEqual([4])
  })

  it('are not added by a change when they do not belong to the filter', () => {
    expect(withEvents(NO_ROWS, [row(5)], never).order).toEqual([])
  })

  it('leave with a newest page that does not hold them any more', () => {
    const rows = withPage(NO_ROWS, [row(5), row(4), row(1)], 0)
    const next = withNewestPage(rows, [row(5), row(3)], { askedAt: 0, isWhole: false })
    expect(next.order).toEqual([5, 3, 1])
  })

  it('leave too when the whole of the filter is empty', () => {
    const rows = withPage(NO_ROWS, [row(5)], 0)
    expect(withNewestPage(rows, [], { askedAt: 0, isWhole: true }).order).toEqual([])
  })

  it('stay when an event brought them after the newest page was asked for', () => {
    const rows = withEvents(NO_ROWS, [row(6)], always)
    expect(withNewestPage(rows, [row(5)], { askedAt: 0, isWhole: true }).order).toEqual([6, 5])
  })

  it('are forgotten from the oldest on when there are too many', () => {
    const rows = withoutOldest(withEvents(NO_ROWS, [row(1), row(2), row(3)], always), 2)
    expect([rows.order, rows.byId.has(id(1)), rows.changedAt.has(id(1))]).toEqual([[3, 2], false, false])
  })

  it('are patched in place', () => {
    const rows = withPatch(withPage(NO_ROWS, [row(5)], 0), [id(5), id(9)], { read: true })
    expect([rows.byId.get(id(5))?.read, rows.byId.has(id(9))]).toEqual([true, false])
  })
})

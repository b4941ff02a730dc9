import type { RequestId } from '../../protocol/ids.ts'
import type { RequestSummary } from '../../protocol/request.ts'

/**
 * The rows that the window knows of one filter. Events and pages meet here: each change by an event gets a number, and a page carries
 * the number that stood when it was asked for, so that an older page never undoes a newer event.
 */
export type RequestRows = {
  readonly byId: ReadonlyMap<RequestId, RequestSummary>
  /** Newest first: ids descend, because ids are the order of arrival. */
  readonly order: readonly RequestId[]
  readonly changeNo: number
  readonly changedAt: ReadonlyMap<RequestId, number>
  readonly deletedAt: ReadonlyMap<RequestId, number>
}

export const NO_ROWS: RequestRows = {
  byId: new Map(),
  order: [],
  changeNo: 0,
  changedAt: new Map(),
  deletedAt: new Map(),
}

/** Rows that came or changed. Those not yet known are added only when `mayAdd` says that they belong here. */
export function withEvents(
  rows: RequestRows,
  changed: readonly RequestSummary[],
  mayAdd: (request: RequestSummary) => boolean,
): RequestRows {
  const changeNo = rows.changeNo + 1
  const byId = new Map(rows.byId)
  const changedAt = new Map(rows.changedAt)
  const added: RequestId[] = []
  for (const request of changed) {
    if (rows.deletedAt.has(request.id)) continue
    if (!byId.has(request.id)) {
      if (!mayAdd(request)) continue
      added.push(request.id)
    }
    byId.set(request.id, request)
    changedAt.set(request.id, changeNo)
  }
  const order = added.length === 0 ? rows.order : sorted([...added, ...rows.order])
  return { ...rows, byId, order, changeNo, changedAt }
}

/** A page of older rows, asked for when `askedAt` was the number of the last change. */
export function withPage(rows: RequestRows, page: readonly RequestSummary[], askedAt: number): RequestRows {
  const byId = new Map(rows.byId)
  const added: RequestId[] = []
  for (const request of page) {
    if ((rows.deletedAt.get(request.id) ?? 0) > askedAt) continue
    const isNewerKnown = (rows.changedAt.get(request.id) ?? 0) > askedAt
    if (!byId.has(request.id)) added.push(request.id)
    if (!byId.has(request.id) || !isNewerKnown) byId.set(request.id, request)
  }
  return { ...rows, byId, order: added.length === 0 ? rows.order : sorted([...rows.order, ...added]) }
}

/**
 * The newest page asked for again: within its reach, what is not in it has left the filter, unless an event brought it after the question.
 * `isWhole` says that the page reaches the end of the history.
 */
export function withNewestPage(
  rows: RequestRows,
  page: readonly RequestSummary[],
  asked: { readonly askedAt: number; readonly isWhole: boolean },
): RequestRows {
  const oldest = asked.isWhole ? 0 : (page.at(-1)?.id ?? 0)
  const inPage = new Set(page.map((request) => request.id))
  const left = rows.order.filter(
    (id) => id >= oldest && !inPage.has(id) && (rows.changedAt.get(id) ?? 0) <= asked.askedAt,
  )
  return withPage(dropped(rows, left), page, asked.askedAt)
}

/** Of so many deleted rows it is known that they are: pages on their way are not older than that. */
const MOST_DELETED = 5000

export function withoutDeleted(rows: RequestRows, ids: readonly RequestId[]): RequestRows {
  const changeNo = rows.changeNo + 1
  const deletedAt = new Map([...rows.deletedAt].slice(-MOST_DELETED))
  for (const id of ids) deletedAt.set(id, changeNo)
  return { ...dropped(rows, ids), changeNo, deletedAt }
}

/** Rows that were deleted and are there again. */
export function withRestored(
  rows: RequestRows,
  restored: readonly RequestSummary[],
  belongs: (request: RequestSummary) => boolean,
): RequestRows {
  const deletedAt = new Map(rows.deletedAt)
  for (const { id } of restored) deletedAt.delete(id)
  return withEvents({ ...rows, deletedAt }, restored, belongs)
}

/** Forgets the oldest rows beyond `keep`: a window that stays open for days must not hold all that ever came. They come back as pages. */
export function withoutOldest(rows: RequestRows, keep: number): RequestRows {
  const left = rows.order.slice(keep)
  if (left.length === 0) return rows
  const changedAt = new Map(rows.changedAt)
  for (const id of left) changedAt.delete(id)
  return { ...dropped(rows, left), changedAt }
}

/** Changes known rows in place, as a click did it: the event that confirms it comes later. */
export function withPatch(
  rows: RequestRows,
  ids: readonly RequestId[],
  patch: Partial<Pick<RequestSummary, 'read' | 'pinned' | 'colour' | 'hasNote'>>,
): RequestRows {
  const changed = ids.flatMap((id) => {
    const known = rows.byId.get(id)
    return known === undefined ? [] : [{ ...known, ...patch }]
  })
  return withEvents(rows, changed, () => false)
}

function dropped(rows: RequestRows, ids: readonly RequestId[]): RequestRows {
  if (ids.length === 0) return rows
  const gone = new Set(ids)
  const byId = new Map(rows.byId)
  for (const id of ids) byId.delete(id)
  return { ...rows, byId, order: rows.order.filter((id) => !gone.has(id)) }
}

function sorted(ids: RequestId[]): RequestId[] {
  return ids.toSorted((a, b) => b - a)
}

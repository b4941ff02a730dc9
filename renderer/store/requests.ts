import { create } from 'zustand'
import type { AppError } from '../../protocol/app-error.ts'
import type { RequestId, SourceId } from '../../protocol/ids.ts'
import type { RequestView } from '../../protocol/ipc.ts'
import type { RequestSummary } from '../../protocol/request.ts'
import { ask } from '../bridge.ts'
import {
  NO_ROWS,
  withEvents,
  withNewestPage,
  withoutDeleted,
  withoutOldest,
  withPage,
  withPatch,
  withRestored,
  type RequestRows,
} from './request-rows.ts'
import { showFailure } from './toast.ts'

export type RequestFilter = { readonly view: RequestView; readonly sourceId: SourceId | null; readonly text: string }

export type Requests = {
  readonly rows: RequestRows
  readonly filter: RequestFilter
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly error: AppError | null
  /** The oldest that match are loaded. */
  readonly isWhole: boolean
  /** Rows that came in with the last batch, for their tint; empty under load. */
  readonly arrived: ReadonlySet<RequestId>
}

const PAGE_ROWS = 200
const TINTED_AT_MOST = 5
const MOST_ROWS = 30_000
const KEPT_ROWS = 20_000
const ALL: RequestFilter = { view: 'all', sourceId: null, text: '' }
const NONE_ARRIVED: ReadonlySet<RequestId> = new Set()

export const useRequests = create<Requests>()(() => ({
  rows: NO_ROWS,
  filter: ALL,
  phase: 'loading',
  error: null,
  isWhole: false,
  arrived: NONE_ARRIVED,
}))

/** Lists what the filter lets through, from the newest on. */
export async function listRequests(filter: RequestFilter): Promise<void> {
  const isSame = isSameFilter(filter, useRequests.getState().filter)
  // Rows of another filter would be wrong ones; what events brought before the first answer is kept.
  if (!isSame) useRequests.setState({ rows: NO_ROWS, arrived: NONE_ARRIVED })
  useRequests.setState({ filter, phase: 'loading', error: null, isWhole: false })
  await askNewest()
}

/** The newest page once more, for filters that only the history can judge. */
export async function askNewest(): Promise<void> {
  const { filter, rows } = useRequests.getState()
  const askedAt = rows.changeNo
  const listed = await ask('requests:list', { ...filter, before: null, limit: PAGE_ROWS })
  if (!isSameFilter(filter, useRequests.getState().filter)) return
  if (!listed.ok) {
    useRequests.setState({ phase: 'failed', error: listed.error })
    return
  }
  const isWhole = listed.value.length < PAGE_ROWS
  useRequests.setState((state) => ({
    rows: withNewestPage(state.rows, listed.value, { askedAt, isWhole }),
    phase: 'ready',
    error: null,
    isWhole: state.isWhole || isWhole,
  }))
}

let isAskingOlder = false

/** The next page below the oldest row, by its id: never by counting rows. */
export async function loadOlder(): Promise<void> {
  const { filter, rows, phase, isWhole } = useRequests.getState()
  const before = rows.order.at(-1)
  if (isAskingOlder || isWhole || phase !== 'ready' || before === undefined) return
  isAskingOlder = true
  const listed = await ask('requests:list', { ...filter, before, limit: PAGE_ROWS })
  isAskingOlder = false
  if (!isSameFilter(filter, useRequests.getState().filter)) return
  if (!listed.ok) {
    showFailure(listed.error)
    return
  }
  useRequests.setState((state) => ({
    rows: withPage(state.rows, listed.value, rows.changeNo),
    isWhole: listed.value.length < PAGE_ROWS,
  }))
}

/** New and changed rows of one batch. */
export function takeRequests(received: readonly RequestSummary[], changed: readonly RequestSummary[]): void {
  const { rows, filter } = useRequests.getState()
  const isJudgedHere = filter.view === 'all' && filter.text === ''
  const mayAdd = (request: RequestSummary) =>
    isJudgedHere && (filter.sourceId === null || request.sourceId === filter.sourceId)
  const known = withEvents(rows, received, mayAdd)
  // After the new ones, which a batch may hold together with what became of them. A row that is not known and only changed may be
  // older than what is loaded: it comes with its page.
  const all = withEvents(known, changed, () => false)
  const next = all.order.length > MOST_ROWS ? withoutOldest(all, KEPT_ROWS) : all
  const added = received.filter((request) => next.byId.has(request.id) && !rows.byId.has(request.id))
  const arrived = added.length > 0 && added.length <= TINTED_AT_MOST ? new Set(added.map((r) => r.id)) : NONE_ARRIVED
  useRequests.setState((state) => ({ rows: next, arrived, isWhole: state.isWhole && next === all }))
  if (!isJudgedHere) askNewestSoon()
}

const ASK_AGAIN_EVERY_MS = 500
let askTimer: ReturnType<typeof setTimeout> | undefined

function askNewestSoon(): void {
  askTimer ??= setTimeout(() => {
    askTimer = undefined
    void askNewest()
  }, ASK_AGAIN_EVERY_MS)
}

export function takeDeleted(ids: readonly RequestId[]): void {
  useRequests.setState((state) => ({ rows: withoutDeleted(state.rows, ids) }))
}

/** A deletion was taken back. Where only the history can say what belongs here, it is asked. */
export function takeRestored(restored: readonly RequestSummary[]): void {
  const { filter } = useRequests.getState()
  const belongs = (request: RequestSummary) => filter.sourceId === null || request.sourceId === filter.sourceId
  useRequests.setState(({ rows }) => ({
    rows: withRestored(rows, restored, filter.view === 'all' && filter.text === '' ? belongs : () => false),
  }))
  if (filter.view !== 'all' || filter.text !== '') void listRequests(filter)
}

export function patchRequests(
  ids: readonly RequestId[],
  patch: Partial<Pick<RequestSummary, 'read' | 'pinned' | 'colour' | 'hasNote'>>,
): void {
  useRequests.setState((state) => ({ rows: withPatch(state.rows, ids, patch) }))
}

function isSameFilter(a: RequestFilter, b: RequestFilter): boolean {
  return a.view === b.view && a.sourceId === b.sourceId && a.text === b.text
}

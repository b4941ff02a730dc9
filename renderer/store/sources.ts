import { create } from 'zustand'
import type { Result } from '../../protocol/app-error.ts'
import type { SourceId } from '../../protocol/ids.ts'
import type { Input, SampleName } from '../../protocol/ipc.ts'
import type { RequestDetail } from '../../protocol/request.ts'
import type { Source, SourceInput, SourceStatus } from '../../protocol/source.ts'
import { ask } from '../bridge.ts'
import { showFailure, showToast } from './toast.ts'

export type Sources = {
  readonly sources: readonly Source[]
  readonly statuses: ReadonlyMap<SourceId, SourceStatus>
}

export const useSources = create<Sources>()(() => ({ sources: [], statuses: new Map() }))

export function takeSources(sources: readonly Source[], statuses: readonly SourceStatus[]): void {
  useSources.setState({ sources, statuses: new Map(statuses.map((status) => [status.id, status])) })
}

export function useSource(id: SourceId | null): Source | undefined {
  return useSources((state) => state.sources.find((source) => source.id === id))
}

/** As it is called now, or was when it was removed. */
export function useSourceName({ sourceId, source }: Pick<RequestDetail, 'sourceId' | 'source'>): string {
  const name = useSource(sourceId)?.name
  if (name !== undefined) return name
  return source === null ? 'none' : `${source.name} (removed)`
}

export function useSourceStatus(id: SourceId | null): SourceStatus | undefined {
  return useSources((state) => (id === null ? undefined : state.statuses.get(id)))
}

const NO_INPUTS: readonly SourceInput[] = []

/** The public URLs of a source, as its relay told. */
export function useInputs(id: SourceId | null): readonly SourceInput[] {
  return useSources((state) => (id === null ? undefined : state.statuses.get(id)?.inputs) ?? NO_INPUTS)
}

/** Shows what main answers at once; the event that follows says the same. */
export async function updateSource(patch: Input<'sources:update'>): Promise<Result<Source>> {
  const updated = await ask('sources:update', patch)
  if (updated.ok) {
    const { sources } = useSources.getState()
    useSources.setState({ sources: sources.map((source) => (source.id === patch.id ? updated.value : source)) })
  }
  return updated
}

/** For a switch that has no place to show why it did not work. */
export async function updateSourceOrTell(patch: Input<'sources:update'>): Promise<void> {
  const updated = await updateSource(patch)
  if (!updated.ok) showFailure(updated.error)
}

export async function retrySourceNow(id: SourceId): Promise<void> {
  const retried = await ask('sources:retry-now', { id })
  if (!retried.ok) showFailure(retried.error)
}

/** The row that comes of it is what tells; only a refusal needs words. */
export async function sendSample(id: SourceId, sample: SampleName): Promise<void> {
  const sent = await ask('sources:send-test', { id, sample })
  if (!sent.ok) showFailure(sent.error)
  else if (sent.value.status >= 300) showToast('failed', `The relay answered ${sent.value.status} to the test webhook.`)
}

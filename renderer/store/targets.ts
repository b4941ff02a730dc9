import { create } from 'zustand'
import type { Result } from '../../protocol/app-error.ts'
import type { TargetId } from '../../protocol/ids.ts'
import type { Input } from '../../protocol/ipc.ts'
import type { Target, TargetStatus } from '../../protocol/target.ts'
import { ask } from '../bridge.ts'
import { showFailure } from './toast.ts'
import { openDialog } from './view.ts'

export type Targets = {
  readonly targets: readonly Target[]
  readonly statuses: ReadonlyMap<TargetId, TargetStatus>
}

export const useTargets = create<Targets>()(() => ({ targets: [], statuses: new Map() }))

export function takeTargets(targets: readonly Target[], statuses: readonly TargetStatus[]): void {
  useTargets.setState({ targets, statuses: new Map(statuses.map((status) => [status.id, status])) })
}

export function useTarget(id: TargetId | null): Target | undefined {
  return useTargets((state) => state.targets.find((target) => target.id === id))
}

export function useTargetStatus(id: TargetId | null): TargetStatus | undefined {
  return useTargets((state) => (id === null ? undefined : state.statuses.get(id)))
}

/** `null` when the person does not want requests sent to that host. */
export async function addTarget(input: Input<'targets:add'>): Promise<Result<Target> | null> {
  return shown(await withHostAsked(input.url, (confirmed) => ask('targets:add', { ...input, ...confirmed })))
}

/** `null` when the person does not want requests sent to that host. */
export async function updateTarget(patch: Input<'targets:update'>): Promise<Result<Target> | null> {
  return shown(await withHostAsked(patch.url, (confirmed) => ask('targets:update', { ...patch, ...confirmed })))
}

/** A host that is not this computer is asked about once; main remembers it. */
async function withHostAsked(
  url: string | undefined,
  send: (confirmed: { confirmedHost?: string }) => Promise<Result<Target>>,
): Promise<Result<Target> | null> {
  const first = await send({})
  if (first.ok || first.error.code !== 'not-allowed' || url === undefined) return first
  const { host } = new URL(url)
  const isWanted = await new Promise<boolean>((answer) => openDialog({ kind: 'other-host', host, answer }))
  return isWanted ? send({ confirmedHost: host }) : null
}

function shown(saved: Result<Target> | null): Result<Target> | null {
  if (saved?.ok === true) show(saved.value)
  return saved
}

/** For a switch that has no place to show why it did not work. */
export async function updateTargetOrTell(patch: Input<'targets:update'>): Promise<void> {
  const updated = await updateTarget(patch)
  if (updated?.ok === false) showFailure(updated.error)
}

/** Looks now whether somebody listens. */
export async function probeTarget(id: TargetId): Promise<void> {
  const probed = await ask('targets:probe', { id })
  if (!probed.ok) showFailure(probed.error)
}

function show(target: Target): void {
  const { targets } = useTargets.getState()
  const isKnown = targets.some((known) => known.id === target.id)
  useTargets.setState({
    targets: isKnown ? targets.map((known) => (known.id === target.id ? target : known)) : [...targets, target],
  })
}

import { AppFailure } from '../../protocol/app-error.ts'
import type { TargetId } from '../../protocol/ids.ts'
import { TargetOptions, type Target, type TargetStatus } from '../../protocol/target.ts'
import type { Forwarder } from '../forwarding/forwarder.ts'
import type { HistoryConfig } from '../history/history.ts'

export type TargetChange = {
  readonly url?: string | undefined
  readonly options?: Partial<TargetOptions> | undefined
  readonly held?: boolean | undefined
}

/** The configured targets: what is stored, and what the forwarder knows of them. */
export type TargetSet = {
  load(): Promise<void>
  all(): readonly Target[]
  statuses(): readonly TargetStatus[]
  /** Gives the target that already has this URL instead of a second one. */
  add(wanted: { url: string; options?: Partial<TargetOptions> | undefined }): Promise<Target>
  update(id: TargetId, change: TargetChange): Promise<Target>
  remove(id: TargetId): Promise<void>
  probe(id: TargetId): void
}

export function createTargetSet(options: {
  readonly config: HistoryConfig
  readonly forwarder: Forwarder
  readonly onChange: () => void
  readonly onRemoved: (id: TargetId) => void
}): TargetSet {
  let targets: readonly Target[] = []

  function become(next: readonly Target[]): void {
    targets = next
    options.forwarder.setTargets(targets)
    options.onChange()
  }

  return {
    async load() {
      become(await options.config.targets())
    },
    all: () => targets,
    statuses: () => options.forwarder.statuses(),
    async add(wanted) {
      const same = targets.find((target) => target.url === wanted.url)
      if (same) return same
      const target = await options.config.addTarget({
        url: wanted.url,
        options: TargetOptions.parse(wanted.options ?? {}),
        held: false,
      })
      become([...targets, target])
      return target
    },
    async update(id, change) {
      const before = targets.find((target) => target.id === id)
      if (!before) throw gone()
      const after = await options.config.updateTarget(id, {
        ...(change.url === undefined ? {} : { url: change.url }),
        ...(change.held === undefined ? {} : { held: change.held }),
        ...(change.options === undefined
          ? {}
          : { options: TargetOptions.parse({ ...before.options, ...change.options }) }),
      })
      if (after === null) throw gone()
      become(targets.map((target) => (target.id === id ? after : target)))
      return after
    },
    async remove(id) {
      if (!(await options.config.removeTarget(id))) throw gone()
      options.onRemoved(id)
      become(targets.filter((target) => target.id !== id))
    },
    probe(id) {
      options.forwarder.probe(id)
    },
  }
}

function gone(): AppFailure {
  return new AppFailure({ code: 'not-found', message: 'This target no longer exists.' })
}

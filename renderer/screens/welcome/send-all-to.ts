import type { Result } from '../../../protocol/app-error.ts'
import type { Source } from '../../../protocol/source.ts'
import type { Target } from '../../../protocol/target.ts'
import { addTarget, useTargets } from '../../store/targets.ts'
import { updateSource } from '../../store/sources.ts'

/** Sends all of a source's requests to one URL, or nowhere. A target that is there already is used. `null` when the person said no. */
export async function sendAllTo(source: Source, url: string | null): Promise<Result<Source | Target> | null> {
  if (url === null) return updateSource({ id: source.id, targets: [] })
  const known = useTargets.getState().targets.find((target) => target.url === url)
  if (known !== undefined) return updateSource({ id: source.id, targets: [known.id] })
  const added = await addTarget({ url })
  return added?.ok === true ? updateSource({ id: source.id, targets: [added.value.id] }) : added
}

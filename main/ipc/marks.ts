import type { Engine } from '../../core/engine/engine.ts'
import type { RequestId } from '../../protocol/ids.ts'
import type { Handlers } from './answer.ts'

type MarkHandlers = Pick<Handlers, 'requests:mark-read' | 'requests:pin' | 'requests:colour' | 'requests:note'>

/** What a person notes about requests, which changes nothing of what came. */
export function createMarkHandlers(engine: Engine): MarkHandlers {
  const { requests } = engine.history

  async function telling(ids: readonly RequestId[], change: Promise<void>): Promise<null> {
    await change
    for (const id of ids) engine.live.changed(id)
    return null
  }

  return {
    'requests:mark-read': ({ ids }) => telling(ids, requests.markRead(ids)),
    'requests:pin': ({ id, pinned }) => telling([id], requests.setPinned(id, pinned)),
    'requests:colour': ({ ids, colour }) => telling(ids, requests.setColour(ids, colour)),
    'requests:note': ({ id, note }) => telling([id], requests.setNote(id, note)),
  }
}

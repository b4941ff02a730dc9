import { create } from 'zustand'
import type { ForwardingStatus, Release } from '../../protocol/ipc.ts'
import { ask } from '../bridge.ts'
import { showFailure } from './toast.ts'
import { openDialog } from './view.ts'

export const useForwarding = create<ForwardingStatus>()(() => ({ on: true, since: 0, held: 0, retrying: 0 }))

/** Switches forwarding. With more than 20 held and no `release` the answer is a question, which opens its dialog. */
export async function setForwarding(on: boolean, release?: Release): Promise<void> {
  const set = await ask('forwarding:set', release === undefined ? { on } : { on, release })
  if (!set.ok) showFailure(set.error)
  else if (set.value.kind === 'ask') openDialog({ kind: 'release', held: set.value.held })
  else if (useForwarding.getState().on !== on) useForwarding.setState({ on })
}

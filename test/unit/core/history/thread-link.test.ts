import { EventEmitter } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import type { ToThread } from '../../../../core/history/threads/messages.ts'
import { linkThread } from '../../../../core/history/threads/thread-link.ts'
import { eventually } from '../../../helpers/eventually.ts'

/** The other end of a link, which answers what a test says. */
class Thread extends EventEmitter {
  readonly got: ToThread[] = []
  postMessage(message: ToThread): void {
    this.got.push(message)
  }
}

test('what is called for while others hear of a failure reaches the thread before it is told that it was heard', async () => {
  const thread = new Thread()
  const link = linkThread<{ store: { input: string; output: null } }>(thread as unknown as Worker, {
    now: () => 0,
    packing: {},
    onEnd: () => undefined,
  })
  const failed = link.call('store', 'first')
  await eventually(() => expect(thread.got).toHaveLength(1))
  // By somebody who does not know of it yet.
  const later = failed.catch(() => void link.call('store', 'second').catch(() => undefined))
  thread.emit('message', { type: 'ends', ends: [1, false, { code: 'disk-full', message: 'full', fix: 'free some' }] })
  await later
  await eventually(() => expect(thread.got).toHaveLength(3))
  expect(thread.got.map(({ type }) => type)).toEqual(['calls', 'calls', 'heard'])
  link.ready.catch(() => undefined)
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { startComposeDesk } from '../helpers/compose-desk.ts'
import { eventually } from '../helpers/eventually.ts'
import { newHistoryFile } from '../helpers/history.ts'
import { startRawTarget } from '../helpers/raw-target.ts'

const PROCESS = fileURLToPath(new URL('../helpers/compose-process.ts', import.meta.url))

it('a draft is as it was typed after kill -9, and what was under way is in doubt and is not sent again', async () => {
  const silent = await startRawTarget({ answer: () => null })
  const file = newHistoryFile()
  const child = spawn(process.execPath, [PROCESS, file, `${silent.url}/hooks`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), exited])) as [string]
  const told = JSON.parse(line) as { id: number; sent: number; saved: unknown }
  await eventually(() => expect(silent.requests).toHaveLength(1))
  child.kill('SIGKILL')
  await exited

  const desk = await startComposeDesk(file)
  try {
    const { id } = await desk.drafts['drafts:open']({ requestId: told.id as never })
    expect(await desk.drafts['drafts:get']({ id })).toEqual(told.saved)
    const piece = await desk.engine.history.requests.readBody({ kind: 'draft', id }, 999_990, 1_000_000)
    expect(Buffer.from(piece ?? []).toString()).toBe('laterlater')
    const sends = await desk.drafts['drafts:sends']({ id })
    expect(sends).toEqual([expect.objectContaining({ id: told.sent, n: 1, url: `${silent.url}/hooks` })])
    const [delivery] = await desk.engine.history.deliveries.of(told.sent as never)
    expect(delivery).toMatchObject({ state: 'outcome-unknown', url: silent.url })
    // What is sent now arrives alone.
    const again = await desk.drafts['drafts:send']({ id, rememberHost: true })
    await eventually(() => expect(silent.requests).toHaveLength(2))
    expect(silent.requests.map(({ body }) => body.length)).toEqual([4, 1_000_000])
    const [underWay] = await desk.engine.history.deliveries.of(again.id)
    if (underWay) await desk.engine.cancel(underWay.id)
    expect(desk.problems).toEqual([])
  } finally {
    await desk.stop()
    await silent.close()
  }
})

import { randomUUID } from 'node:crypto'
import type { StartMarks } from '../forwarding/start-marks.ts'
import type { History, LiveDelivery } from '../history/history.ts'

/** The setting that names the run whose marks count. */
const RUN = 'run'

/** What an earlier run left to be sent. From then on the marks are those of this run. */
export async function takeUp(history: History, marks: StartMarks): Promise<readonly LiveDelivery[]> {
  const live = await history.deliveries.resume(marks.previous(await history.config.setting(RUN)))
  const run = randomUUID()
  // First the history, then the file: whatever ends this in between, marks of one run never speak for another.
  await history.config.setSetting(RUN, run)
  marks.open(run)
  return live
}

import { expect, test } from 'vitest'
import { Deadlines, type Deadline } from '../../../../core/forwarding/deadlines.ts'
import { eventually } from '../../../helpers/eventually.ts'

function waiter(passed: string[], name: string): Deadline {
  return { dueAt: Infinity, onPassed: () => void passed.push(name) }
}

test('each wait passes once, the shorter first, in whichever order they began', async () => {
  const deadlines = new Deadlines()
  const passed: string[] = []
  deadlines.set(waiter(passed, 'long'), 40)
  deadlines.set(waiter(passed, 'short'), 10)
  await eventually(() => expect(passed).toEqual(['short', 'long']))
})

test('a wait that is set anew counts from then, one that is ended never passes, and others go on', async () => {
  const deadlines = new Deadlines()
  const passed: string[] = []
  const alive = waiter(passed, 'alive')
  const ended = waiter(passed, 'ended')
  const endless = waiter(passed, 'endless')
  deadlines.set(alive, 1)
  deadlines.set(ended, 1)
  deadlines.set(endless, 1)
  deadlines.set(alive, 60)
  deadlines.end(ended)
  deadlines.end(ended)
  deadlines.set(endless, null)
  const beganAt = performance.now()
  deadlines.set(waiter(passed, 'other'), 20)
  await eventually(() => expect(passed).toEqual(['other', 'alive']))
  expect(performance.now() - beganAt).toBeGreaterThanOrEqual(59)
})

test('whoever is told that its wait passed may wait again', async () => {
  const deadlines = new Deadlines()
  let times = 0
  const again: Deadline = {
    dueAt: Infinity,
    onPassed() {
      times += 1
      if (times < 3) deadlines.set(again, 5)
    },
  }
  deadlines.set(again, 5)
  await eventually(() => expect(times).toBe(3))
})

import { setTimeout as sleep } from 'node:timers/promises'
import { APPS, readElectronFacts, type RunningApp, startApp } from '../app.ts'
import { buildApp } from '../build-app.ts'
import type { Context } from '../context.ts'
import { atDesk, type Desk } from '../desk.ts'
import { MARKS } from '../marks.ts'
import { MIB } from '../../protocol/limits.ts'
import type { Row } from '../row.ts'
import { median } from '../statistics.ts'

const SETTLED_WITHIN = 0.01
const LOOK_EVERY_MS = 1_000
const MOST_LOOKS = 15

type Memory = { readonly inTray: number; readonly open: number; readonly closed: number }

/** What all processes of the app hold: started into the tray, with its window, and once that is closed again. */
export async function measureAppMemory(context: Context): Promise<readonly Row[]> {
  if (process.platform !== 'linux') return [notMeasured()]
  await buildApp(context)
  return atDesk((desk) => measureAt(desk, context))
}

async function measureAt(desk: Desk, context: Context): Promise<readonly Row[]> {
  const facts = readElectronFacts()
  const folders = { ours: context.newFolder('app'), empty: context.newFolder('empty-app') }
  const measure = async (which: 'ours' | 'empty'): Promise<Memory> => {
    const options = { app: APPS[which], userData: folders[which] }
    const inTray = startApp(facts, desk, { ...options, args: ['--hidden'] })
    await inTray.told('ready')
    const trayBytes = await settled(inTray)
    await inTray.stop()
    const withWindow = startApp(facts, desk, options)
    await withWindow.told('shown')
    const openBytes = await settled(withWindow)
    await withWindow.closeWindow()
    const closedBytes = await settled(withWindow)
    await withWindow.stop()
    return { inTray: trayBytes / MIB, open: openBytes / MIB, closed: closedBytes / MIB }
  }
  await measure('ours')
  const ours: Memory[] = []
  const empty: Memory[] = []
  for (let round = 0; round < context.rounds; round += 1) {
    context.say(`the app's memory, round ${round + 1} of ${context.rounds}`)
    ours.push(await measure('ours'))
    empty.push(await measure('empty'))
  }
  const row = (figure: string, name: string, at: keyof Memory, mark: Row['mark'], notes: readonly string[]): Row => {
    const [value, beside] = [median(ours.map((one) => one[at])), median(empty.map((one) => one[at]))]
    return { figure, unit: 'MB', baseline: { name, value: beside }, ours: value, ratio: value / beside, mark, notes }
  }
  const all = 'PSS of all processes: what several share counts for each in part'
  const alike = 'that of the empty app was open as well'
  return [
    row('app: memory in the tray, no window yet', 'an empty tray app', 'inTray', MARKS.closedMemory, [all]),
    row('app: memory, window closed again', 'an empty tray app', 'closed', MARKS.closedMemory, [alike]),
    row('app: memory, window open', 'an empty app', 'open', MARKS.shown, []),
  ]
}

/** The last of looks until three in turn are the same but for a hundredth, or there were enough: what others start and end changes shares. */
async function settled(app: RunningApp): Promise<number> {
  const looks: number[] = []
  while (looks.length < MOST_LOOKS) {
    await sleep(LOOK_EVERY_MS)
    looks.push(app.pssBytes())
    const last = looks.slice(-3)
    if (last.length === 3 && Math.max(...last) < Math.min(...last) * (1 + SETTLED_WITHIN)) break
  }
  return looks.at(-1) ?? Number.NaN
}

function notMeasured(): Row {
  const notes = ['proportional set sizes are known on Linux only']
  return { figure: 'app: memory', unit: 'MB', baseline: null, ours: null, ratio: null, mark: MARKS.closedMemory, notes }
}

import { APPS, readElectronFacts, startApp } from '../app.ts'
import { buildApp } from '../build-app.ts'
import type { Context } from '../context.ts'
import { atDesk, type Desk } from '../desk.ts'
import { MARKS } from '../marks.ts'
import type { Row } from '../row.ts'
import { median, medianRatio } from '../statistics.ts'

/** How long it takes from the start of the program until its window is shown. */
export async function measureWindow(context: Context): Promise<readonly Row[]> {
  await buildApp(context)
  return atDesk((desk) => measureAt(desk, context))
}

async function measureAt(desk: Desk, context: Context): Promise<readonly Row[]> {
  const facts = readElectronFacts()
  const folders = { ours: context.newFolder('app'), empty: context.newFolder('empty-app') }
  const shown = async (which: 'ours' | 'empty'): Promise<number> => {
    const app = startApp(facts, desk, { app: APPS[which], userData: folders[which] })
    const ms = await app.told('shown')
    await app.stop()
    return ms
  }
  // Once each before it counts: a first run makes its databases, and the system reads the programs from the disk.
  await shown('ours')
  await shown('empty')
  const ours: number[] = []
  const empty: number[] = []
  const rounds = context.isQuick ? 5 : 11
  for (let round = 0; round < rounds; round += 1) {
    context.say(`window shown, round ${round + 1} of ${rounds}`)
    ours.push(await shown('ours'))
    empty.push(await shown('empty'))
  }
  return [
    {
      figure: 'window shown, from the start of the program',
      unit: 'ms',
      baseline: { name: 'an empty app', value: median(empty) },
      ours: median(ours),
      ratio: medianRatio(ours, empty),
      mark: MARKS.windowShown,
      notes: [`Electron ${facts.electron.version}, both unpacked, each with a profile that it has used before`],
    },
  ]
}

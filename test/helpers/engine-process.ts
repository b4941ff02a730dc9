import { runArenaEngine } from './arena-engine.ts'

/** The engine in a process of its own, so that it can be killed: `node engine-process.ts <data dir> <EngineWishes as JSON>`. Says when it runs. */
const [, , dataDir, wishes] = process.argv
if (dataDir === undefined || wishes === undefined)
  throw new Error('A folder for the data and what is wanted are needed.')
await runArenaEngine(dataDir, JSON.parse(wishes))
process.stdout.write('running\n')

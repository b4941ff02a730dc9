import { runArenaEngine } from './arena-engine.ts'
import { runServices } from './services.ts'

/**
 * The app without a desktop in a process of its own, so that it can be killed: `node engine-process.ts <data dir>`. Says when it runs. Started with a
 * channel to its parent and a second argument (see arena-engine.ts) it is the engine alone, connected to the relay that this names.
 */
const [, , dataDir, wishes] = process.argv
if (dataDir === undefined) throw new Error('A folder for the data is needed.')
if (wishes === undefined) await runServices(dataDir)
else await runArenaEngine(dataDir, JSON.parse(wishes))
process.stdout.write('running\n')

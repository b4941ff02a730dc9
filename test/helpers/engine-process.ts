import { runServices } from './services.ts'

/** The app without a desktop in a process of its own, so that it can be killed: `node engine-process.ts <data dir>`. Says when it runs. */
const [, , dataDir] = process.argv
if (dataDir === undefined) throw new Error('A folder for the data is needed.')
await runServices(dataDir)
process.stdout.write('running\n')

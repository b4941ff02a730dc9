import { addTestSource, arrival, openTestHistory, planned } from '../helpers/history.ts'

// A process that stores requests as fast as it can, and writes the id of each once it is acknowledged, until somebody kills it.

const { history } = await openTestHistory({ file: process.argv[2] ?? '' })
const sourceId = await addTestSource(history)
let last = 0

async function storeForEver(bodyBytes: number): Promise<never> {
  for (;;) {
    const originId = `${(last += 1)}`
    const body = new Uint8Array(bodyBytes).fill(last % 256)
    await history.intake.store(arrival({ sourceId, originId, bodyBytes }), body, [planned({ state: 'sending' })])
    process.stdout.write(`${originId}\n`)
  }
}

await Promise.all([...Array.from({ length: 32 }, () => storeForEver(2048)), storeForEver(1_000_000)])

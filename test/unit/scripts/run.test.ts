import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SLOW_TO_STOP = `process.on('SIGTERM', () => setTimeout(() => process.exit(7), 1000)); console.log('up'); setInterval(() => {}, 1000)`

/** Runs a command that takes a second to stop, asks for that, and tells the code that `run` gave. */
async function stopOne(options: object): Promise<number> {
  const script = `
    import { run, stopOnSignals } from './scripts/setup/run.mjs'
    stopOnSignals()
    const ended = await run(process.execPath, ['-e', ${JSON.stringify(SLOW_TO_STOP)}], ${JSON.stringify(options)})
    console.log('code', ended.code)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  let isAsked = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (isAsked || !output.includes('up')) return
    isAsked = true
    child.kill('SIGTERM')
  })
  await new Promise((resolve) => child.once('close', resolve))
  return Number(/code (\d+)/.exec(output)?.[1])
}

describe.skipIf(process.platform === 'win32')('a command that is asked to stop', () => {
  test('is killed when it takes longer than it may', async () => {
    expect(await stopOne({ graceMs: 10 })).toBe(143)
  })

  test('may take its time where it knows best, as a relay that still answers senders', async () => {
    expect(await stopOne({ graceMs: null })).toBe(7)
  })
})

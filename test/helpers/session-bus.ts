import { spawn } from 'node:child_process'

/** A session bus of one test's own, so that what has a well-known name there is in nobody's way. */
export type SessionBus = { readonly address: string; stop(): Promise<void> }

/** Starts a bus. An app finds it by `DBUS_SESSION_BUS_ADDRESS`. */
export async function startSessionBus(): Promise<SessionBus> {
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    let said = ''
    daemon.once('error', reject)
    daemon.stdout.on('data', (data: Buffer) => {
      said += data.toString()
      if (said.includes('\n')) resolve(said.trim())
    })
    void ended.then(() => reject(new Error('The bus ended before it said its address.')))
  })
  return {
    address,
    async stop() {
      daemon.kill('SIGTERM')
      await ended
    },
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'

const SCREEN = '-screen 0 1600x1000x24'

/** A display and a session bus for apps. */
export type Desk = { readonly env: Readonly<Record<string, string>>; close(): Promise<void> }

/** Does `work` at a desk that is gone when it ends, however that is. */
export async function atDesk<T>(work: (desk: Desk) => Promise<T>): Promise<T> {
  const desk = await openDesk()
  try {
    return await work(desk)
  } finally {
    await desk.close()
  }
}

/** A display of its own without a screen, on Linux; elsewhere there is always one, and apps open their windows there. */
async function openDesk(): Promise<Desk> {
  if (process.platform !== 'linux') return { env: {}, close: () => Promise.resolve() }
  const tell =
    'env -0 | grep -z -E "^(DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS)=" | tr "\\000" "\\n"; echo; exec cat'
  const words = ['--', 'xvfb-run', '-a', '-s', SCREEN, 'sh', '-c', tell]
  const child = spawn('dbus-run-session', words, { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = once(child, 'exit')
  let text = ''
  const told = (async () => {
    for await (const piece of child.stdout.setEncoding('utf8')) {
      text += String(piece)
      if (text.endsWith('\n\n')) return
    }
    throw new Error('There is no display: dbus-run-session and xvfb-run could not make one.')
  })()
  await told
  const env = Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  return {
    // A session on Wayland would be preferred to this display.
    env: { ...env, WAYLAND_DISPLAY: '' },
    async close() {
      child.stdin.end()
      await ended
    },
  }
}

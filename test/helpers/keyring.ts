import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from '@playwright/test'
import dbus from 'dbus-next'

/** The session's keyring, unlocked, as after a login. */
export type Keyring = { close(): Promise<void> }

/** Starts gnome-keyring on the session bus with its files in `folder`. */
export async function openKeyring(folder: string): Promise<Keyring> {
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: `${folder}/data`, XDG_RUNTIME_DIR: folder },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  daemon.stdin.end('a password\n')
  await expect.poll(() => hasOwner('org.freedesktop.secrets'), 'the keyring is on the bus').toBe(true)
  return {
    async close() {
      const ended = once(daemon, 'exit')
      daemon.kill()
      await ended
    },
  }
}

async function hasOwner(name: string): Promise<boolean> {
  const bus = dbus.sessionBus()
  const message = new dbus.Message({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'NameHasOwner',
    signature: 's',
    body: [name],
  })
  const reply = await bus.call(message)
  bus.disconnect()
  return reply?.body[0] === true
}

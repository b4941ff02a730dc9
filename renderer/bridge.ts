import type { Result } from '../protocol/app-error.ts'
import type { Answer, Bridge, CommandName, Input } from '../protocol/ipc.ts'

declare global {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface merges with the DOM's own
  interface Window {
    /** Put there by the preload script; the page has no other way out. */
    readonly creel: Bridge
  }
}

/** The one object through which the page talks to the main process. */
export function bridge(): Bridge {
  return window.creel
}

/** Asks the main process. Never throws: a bridge that breaks is an `internal` failure like any other. */
export async function ask<K extends CommandName>(name: K, input: Input<K>): Promise<Result<Answer<K>>> {
  try {
    return await window.creel.ask(name, input)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    return { ok: false, error: { code: 'internal', message: `Something broke inside the app: ${said}` } }
  }
}

/** Copies through main, which has the clipboard; answers whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  const copied = await ask('app:copy-text', { text })
  return copied.ok
}

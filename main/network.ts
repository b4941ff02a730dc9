import { statSync } from 'node:fs'
import { AuthorityProblem, readAuthorities, trustedAuthorities } from '../core/network/authorities.ts'
import type { SystemProxy } from '../core/network/choose-proxy.ts'
import { createNetwork, type Network } from '../core/network/network.ts'
import type { Log } from './log.ts'
import type { SettingsStore } from './settings-store.ts'

/**
 * How the app reaches relays: through the proxy of the environment or the system, trusting a company's own authorities. Those are named in the settings or,
 * as for other programs on Node, in `NODE_EXTRA_CA_CERTS`, which a packaged Electron does not read by itself.
 */
export function openNetwork(options: {
  readonly settings: Pick<SettingsStore, 'current'>
  readonly systemProxy: SystemProxy | null
  readonly log: Log
}): Network {
  let known: { readonly key: string; readonly trusted: readonly string[] | undefined } | null = null

  function authorities(): readonly string[] | undefined {
    const named = [options.settings.current().caFile, process.env['NODE_EXTRA_CA_CERTS'] ?? null]
    const files = named.filter((file): file is string => file !== null && file !== '')
    const key = files.map(stateOf).join('\n')
    if (known?.key !== key) known = { key, trusted: trustedAuthorities(files.map(read)) }
    return known.trusted
  }

  /** A file that is gone must not keep every relay away: its own certificates are then missing, which the relay's row says. */
  function read(file: string): readonly string[] {
    try {
      return readAuthorities(file)
    } catch (problem) {
      if (!(problem instanceof AuthorityProblem)) throw problem
      options.log.warn({ file, reason: problem.message }, 'a file of certificates cannot be used')
      return []
    }
  }

  return createNetwork({ systemProxy: options.systemProxy, authorities })
}

/** Changes with the file, so that one that is renewed, or comes back with its drive, is read again. */
function stateOf(file: string): string {
  try {
    const { mtimeMs, size } = statSync(file)
    return `${file} ${mtimeMs} ${size}`
  } catch {
    return `${file} is not there`
  }
}

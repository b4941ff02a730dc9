import { AppFailure } from '../../protocol/app-error.ts'
import type { RequestId } from '../../protocol/ids.ts'
import { isLoopbackUrl } from '../../protocol/target.ts'
import type { Engine } from '../../core/engine/engine.ts'
import type { SettingsStore } from '../settings-store.ts'

/** What a person said of a host that is not this computer. */
export type HostAnswer = { readonly confirmedHost?: string | undefined; readonly rememberHost: boolean }

/**
 * Lets a URL pass that is on this computer, or whose host was confirmed: now, or once and for all.
 * @throws AppFailure `not-allowed` (field `confirmedHost`) where it was not; `bad-input` where there can be no such host.
 */
export async function allowToSend(settings: SettingsStore, url: string, answer: HostAnswer): Promise<void> {
  // Its shape is right, but no address can be made of it: `http://127.0.0.300`.
  if (!URL.canParse(url)) {
    throw new AppFailure({
      code: 'bad-input',
      message: 'There can be no host of this name, so requests cannot be sent there.',
      field: 'url',
    })
  }
  if (isLoopbackUrl(url)) return
  const { host } = new URL(url)
  if (settings.current().allowedHosts.includes(host)) return
  if (answer.confirmedHost !== host) {
    throw new AppFailure({
      code: 'not-allowed',
      message: `${host} is not this computer.`,
      fix: `Confirm that requests may be sent to ${host}.`,
      field: 'confirmedHost',
    })
  }
  if (answer.rememberHost) await settings.save({ allowedHosts: [...settings.current().allowedHosts, host] })
}

/**
 * Lets requests pass that go where they belong: where one that was composed was sent may have been confirmed for that one time.
 * @throws AppFailure as `allowToSend`, and whatever keeps from knowing where they would go.
 */
export async function allowComposed(
  engine: Pick<Engine, 'composedUrl'>,
  settings: SettingsStore,
  ids: readonly RequestId[],
  answer: HostAnswer,
): Promise<void> {
  for (const id of ids) {
    const url = await engine.composedUrl(id).catch(noneOfGone)
    if (url !== null) await allowToSend(settings, url, answer)
  }
}

/** What is gone, or was never whole, goes nowhere: who resends it is told so. */
function noneOfGone(problem: unknown): null {
  if (problem instanceof AppFailure) return null
  throw problem
}

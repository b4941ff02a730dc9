import { AppFailure } from '../../protocol/app-error.ts'
import type { SourceId } from '../../protocol/ids.ts'
import type { CustomScheme } from '../../protocol/signature.ts'
import type { Engine } from '../../core/engine/engine.ts'
import { checkOwnScheme } from '../../core/signing/known-schemes.ts'
import type { SettingsStore } from '../settings-store.ts'
import type { Handlers } from './answer.ts'

type SignatureHandlers = Pick<
  Handlers,
  | 'requests:signature'
  | 'requests:repeats'
  | 'secrets:set-signing'
  | 'secrets:delete-signing'
  | 'secrets:list-signing'
  | 'secrets:try-signing'
  | 'secrets:try-kept'
  | 'secrets:in-handshake'
  | 'secrets:adopt-handshake'
  | 'signatures:schemes'
  | 'signatures:test-key'
  | 'signatures:save-scheme'
  | 'signatures:delete-scheme'
>

/** Verdicts, the secrets that they hang on, and schemes that a person makes. No answer has a secret in it. */
export function createSignatureHandlers(
  engine: Engine,
  settings: SettingsStore,
  onSettings: () => void,
): SignatureHandlers {
  const { signatures } = engine

  function needScheme(id: string): void {
    if (signatures.schemes.find(id) !== null) return
    throw new AppFailure({
      code: 'bad-input',
      message: `There is no scheme of signatures "${id}".`,
      field: 'scheme',
    })
  }

  function needSource(sourceId: SourceId | null, field: string): void {
    if (sourceId === null || engine.sources.get(sourceId) !== null) return
    throw new AppFailure({ code: 'not-found', message: 'This source was removed.', field })
  }

  async function keep(customSchemes: readonly CustomScheme[]): Promise<void> {
    await settings.save({ customSchemes: [...customSchemes] })
    signatures.forget()
    onSettings()
  }

  return {
    'requests:signature': ({ id }) => signatures.of(id),
    'requests:repeats': ({ ids }) => engine.history.requests.repeats(ids),
    'secrets:set-signing': ({ scheme, secret, sourceId, name }) => {
      needScheme(scheme)
      needSource(sourceId, 'sourceId')
      return signatures.setSecret(scheme, secret, { sourceId, name })
    },
    'secrets:delete-signing': async ({ scheme, id }) => {
      await signatures.deleteSecret(scheme, id)
      return null
    },
    'secrets:list-signing': () => signatures.listSecrets(),
    'secrets:try-signing': (wanted) => {
      needScheme(wanted.scheme)
      return signatures.trials.try(wanted)
    },
    'secrets:try-kept': async ({ scheme, id }) => {
      needScheme(scheme)
      const kept = await signatures.keptSecret(scheme, id)
      if (kept === null) throw new AppFailure({ code: 'not-found', message: 'This secret was deleted.' })
      return signatures.trials.try({ ...kept, requestId: null })
    },
    'secrets:in-handshake': ({ id }) => signatures.handshakes.of(id),
    'secrets:adopt-handshake': async ({ id, name }) => {
      const sourceId = (await engine.history.requests.get(id))?.sourceId ?? null
      needSource(sourceId, 'id')
      return signatures.handshakes.adopt(id, name)
    },
    'signatures:schemes': () => signatures.schemes.list(),
    'signatures:test-key': async ({ scheme }) => {
      const pair = await signatures.testKeyPairs.of(scheme)
      if (pair !== null) return { publicKey: pair.publicKey, certificate: pair.certificate }
      throw new AppFailure({
        code: 'bad-input',
        message: 'No key pair takes the place of this sender.',
        field: 'scheme',
      })
    },
    'signatures:save-scheme': async ({ row }) => {
      const checked = checkOwnScheme(row)
      if (!checked.ok) return { problems: checked.problems }
      const { customSchemes } = settings.current()
      const others = customSchemes.filter(({ id }) => id !== checked.scheme.id)
      if (others.length >= 200) return { problems: [{ field: '', message: 'There are 200 schemes already.' }] }
      await keep([...others, checked.scheme])
      return { problems: [] }
    },
    'signatures:delete-scheme': async ({ id }) => {
      const { customSchemes } = settings.current()
      if (!customSchemes.some((scheme) => scheme.id === id)) return null
      await signatures.deleteSecret(id)
      await keep(customSchemes.filter((scheme) => scheme.id !== id))
      return null
    },
  }
}

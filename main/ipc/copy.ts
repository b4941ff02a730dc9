import { secretHeaderTest } from '../../protocol/redaction.ts'
import type { Engine } from '../../core/engine/engine.ts'
import type { SettingsStore } from '../settings-store.ts'
import type { Handlers } from './answer.ts'

type CopyHandlers = Pick<Handlers, 'requests:copy-as'>

export function createCopyHandlers(
  engine: Engine,
  settings: SettingsStore,
  copyText: (text: string) => Promise<void>,
): CopyHandlers {
  return {
    'requests:copy-as': async ({ id, format, withSecrets }) => {
      const patterns = settings.current().secretHeaders
      const { text, hidden } = await engine.copyAs(id, format, withSecrets ? null : secretHeaderTest(patterns))
      await copyText(text)
      return { hidden, length: text.length }
    },
  }
}

import { press, type PressInput, type Pressed } from '../load/press.ts'
import { sayReady, serve } from '../serve.ts'

export type LoadCalls = {
  readonly press: { input: PressInput; output: Pressed }
}

/** The senders, apart from whom they send to. */
serve<LoadCalls>({ press })
sayReady()

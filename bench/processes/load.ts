import { pace, type Paced, type PaceInput } from '../load/pace.ts'
import { press, type PressInput, type Pressed } from '../load/press.ts'
import { sayReady, serve } from '../serve.ts'

export type LoadCalls = {
  readonly press: { input: PressInput; output: Pressed }
  readonly pace: { input: PaceInput; output: Paced }
}

/** The senders, apart from whom they send to. */
serve<LoadCalls>({ press, pace })
sayReady()

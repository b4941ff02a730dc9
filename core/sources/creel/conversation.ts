import { CloseCode, readRelayMessage, type AgentMessage, type RelayMessage } from '../../../protocol/relay-message.ts'
import { readFrame } from '../../../protocol/request-frame.ts'
import type { ItemSink } from '../relay-client.ts'
import { createAckBatch } from './ack-batch.ts'
import { createIntake, type IntakeProblem } from './intake.ts'
import { lost, type LinkFailure } from './link-failure.ts'
import { openLink, type LinkWay } from './link.ts'

/** One connection to a relay as the session sees it: messages, and an end. Items go to the sink by themselves. */
export type Conversation = {
  send(message: AgentMessage): void
  /** When the last byte came, monotonic. */
  heardAt(): number
  /** Takes nothing more in, acknowledges what is stored, closes. Resolves when that is done. `onEnd` is not called. */
  finish(): Promise<void>
  /** Ends at once; `onEnd` is not called. */
  drop(): void
}

export type ConversationOptions = LinkWay & {
  readonly sink: ItemSink
  readonly monotonic: () => number
  /** How long `finish` waits for the sink and then for the relay, in ms. */
  readonly finishMs: number
  readonly onOpen: () => void
  readonly onMessage: (message: RelayMessage) => void
  readonly onPaused: (isPaused: boolean) => void
  readonly onEnd: (failure: LinkFailure) => void
}

/** An item of a kind that only a newer agent knows is asked for again after an update. */
const STRANGE_ITEM_DELAY_MS = 86_400_000

export function startConversation(options: ConversationOptions): Conversation {
  const { host } = options
  const strangeTypes = new Set<string>()
  let heardAt = options.monotonic()
  let told: string | null = null
  let isWelcomed = false
  let isOver = false

  let markEnded: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve
  })

  const acks = createAckBatch((ids) => send({ type: 'ack', ids: [...ids] }))
  const intake = createIntake({
    sink: options.sink,
    onStored: (id) => acks.add(id),
    onBehind(isBehind) {
      link.setPaused(isBehind)
      options.onPaused(isBehind)
    },
    onProblem: (problem) => breakOff(closeCodeFor(problem), problem.problem, describeProblem(problem, host)),
  })
  const link = openLink(options, {
    onOpen: () => {
      if (!isOver) options.onOpen()
    },
    onHeard: () => {
      heardAt = options.monotonic()
    },
    onText: receiveText,
    onFrame: receiveFrame,
    onEnd: (failure) => end(failure),
    lastError: () => told,
  })

  function send(message: AgentMessage): void {
    link.send(JSON.stringify(message))
  }

  function end(failure: LinkFailure): void {
    markEnded()
    if (isOver) return
    isOver = true
    acks.stop()
    intake.abort()
    options.onEnd(failure)
  }

  /** What is stored is acknowledged first: it need not come again. */
  function breakOff(code: number, said: string, failure: LinkFailure): void {
    if (isOver) return
    acks.flush()
    link.close(code, said)
    end(failure)
  }

  function breakOffMalformed(problem: string): void {
    const failure = lost(`${host} sent something that breaks the protocol: ${problem}`)
    send({ type: 'error', code: 'bad-message', message: problem.slice(0, 2000) })
    breakOff(CloseCode.protocolError, problem, failure)
  }

  function skip(type: string): void {
    if (strangeTypes.has(type) || strangeTypes.size >= 100) return
    strangeTypes.add(type)
    send({ type: 'error', code: 'unknown-type', message: `This agent does not know ${type}; it was skipped.` })
  }

  function receiveText(text: string): void {
    if (isOver) return
    const read = readRelayMessage(text)
    if (read.kind === 'malformed') return breakOffMalformed(read.problem)
    if (read.kind === 'unknown-type') return skip(`messages of type "${read.type}"`)
    if (read.message.type === 'welcome') isWelcomed = true
    if (read.message.type === 'error') told = read.message.message
    options.onMessage(read.message)
  }

  function receiveFrame(bytes: Uint8Array): void {
    if (isOver) return
    if (!isWelcomed) return breakOffMalformed('An item came before the welcome.')
    const read = readFrame(bytes)
    switch (read.kind) {
      case 'malformed':
        return breakOffMalformed(read.problem)
      case 'unknown-type':
        return skip(`binary frames of type ${read.type}`)
      case 'unknown-kind':
        skip(`items of kind "${read.itemKind}"`)
        intake.ignore(read.id)
        send({
          type: 'nack',
          id: read.id,
          delayMs: STRANGE_ITEM_DELAY_MS,
          reason: `Items of kind "${read.itemKind}" are not known here.`,
        })
        return
      case 'frame':
        if (read.frame.type === 'item') intake.item(read.frame.head, read.frame.bytes)
        else intake.chunk(read.frame.head, read.frame.bytes)
        return
    }
  }

  async function finish(): Promise<void> {
    if (isOver) return
    isOver = true
    await within(options.finishMs, intake.finish())
    acks.flush()
    link.close(CloseCode.normal, '')
    await within(options.finishMs, ended)
    link.drop()
  }

  return {
    send,
    heardAt: () => heardAt,
    finish,
    drop() {
      isOver = true
      acks.stop()
      intake.abort()
      link.drop()
    },
  }
}

/** Waits for `work`, but not longer than `ms`. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work, enough])
  clearTimeout(timer)
}

function closeCodeFor(problem: IntakeProblem): number {
  return problem.kind === 'malformed' ? CloseCode.protocolError : CloseCode.internalError
}

function describeProblem(problem: IntakeProblem, host: string): LinkFailure {
  switch (problem.kind) {
    case 'malformed':
      return lost(`${host} sent something that breaks the protocol: ${problem.problem}`)
    case 'altered':
      return lost(`What ${host} sent was altered on the way: ${problem.problem}`)
    case 'not-stored':
      return lost(`A request could not be stored, so the relay keeps it: ${problem.problem}`)
  }
}

import type { DraftContent } from '../../protocol/draft.ts'
import { useComposer, type BodyValue } from './composer.ts'
import { saveSoon } from './composer-save.ts'

/** The text editor while it is there: it has steps of its own, finer than those kept here. */
export type TextSteps = {
  readonly undo: () => void
  readonly redo: () => void
  readonly undoDepth: () => number
  readonly redoDepth: () => number
}

/** One step back: fields as they were, a body as it was, or as many of the text editor's steps as it has beyond a depth. */
type Step =
  | { readonly kind: 'content'; readonly content: DraftContent; readonly key: string; at: number }
  | { readonly kind: 'body'; readonly value: BodyValue }
  | { readonly kind: 'text'; readonly depth: number }

const MOST_STEPS = 200
/** Typing into one field is one step, unless one stops for so long. */
const ONE_STEP_MS = 1000

let done: Step[] = []
let undone: Step[] = []
let textSteps: TextSteps | null = null

/** A change of fields. `key` names the field, so that a run of typing in it is one step. */
export function editContent(patch: Partial<DraftContent>, key: string): void {
  const { content } = useComposer.getState()
  const now = Date.now()
  const top = done.at(-1)
  if (top?.kind === 'content' && top.key === key && now - top.at < ONE_STEP_MS) top.at = now
  else remember({ kind: 'content', content, key, at: now })
  putContent({ ...content, ...patch })
}

/** Something follows from what a person did, and is not a step of its own. */
export function followContent(patch: Partial<DraftContent>): void {
  putContent({ ...useComposer.getState().content, ...patch })
}

/** A change of the body by anything but the text editor. */
export function editBody(value: BodyValue): void {
  const { body } = useComposer.getState()
  if (body.state === 'open') remember({ kind: 'body', value: body.value })
  putBody(value)
}

/** A change by the text editor, which keeps its own steps; `depthBefore` is null when it takes one of them back or does it again. */
export function takeTypedText(text: string, depthBefore: number | null): void {
  if (depthBefore !== null && done.at(-1)?.kind !== 'text') remember({ kind: 'text', depth: depthBefore })
  else if (depthBefore !== null) undone = []
  putBody({ as: 'text', text })
}

/** The text editor is there, or goes. When it goes its steps go with it: what it did becomes one step. */
export function followTextSteps(steps: TextSteps): () => void {
  textSteps = steps
  const { body } = useComposer.getState()
  const before = body.state === 'open' ? body.value : null
  return () => {
    textSteps = null
    const first = done.findIndex(({ kind }) => kind === 'text')
    if (first >= 0 && before !== null) done[first] = { kind: 'body', value: before }
    done = done.filter(({ kind }) => kind !== 'text')
    undone = undone.filter(({ kind }) => kind !== 'text')
  }
}

export function undoEdit(): void {
  for (let step = done.pop(); step !== undefined; step = done.pop()) {
    if (takeStep(step, undone, 'undo')) return
  }
}

export function redoEdit(): void {
  for (let step = undone.pop(); step !== undefined; step = undone.pop()) {
    if (takeStep(step, done, 'redo')) return
  }
}

export function forgetSteps(): void {
  done = []
  undone = []
}

/** False when there was nothing in the step any more: the text editor has taken it back by its own key. */
function takeStep(step: Step, others: Step[], way: 'undo' | 'redo'): boolean {
  const { content, body } = useComposer.getState()
  if (step.kind === 'content') {
    others.push({ ...step, content, at: 0 })
    putContent(step.content)
    return true
  }
  if (step.kind === 'body') {
    if (body.state === 'open') others.push({ kind: 'body', value: body.value })
    putBody(step.value)
    useComposer.setState(({ bodyNo }) => ({ bodyNo: bodyNo + 1 }))
    return true
  }
  if (textSteps === null) return false
  const left = way === 'undo' ? textSteps.undoDepth() - step.depth : textSteps.redoDepth()
  if (left <= 0) return false
  textSteps[way]()
  if (left > 1) (way === 'undo' ? done : undone).push(step)
  if (others.at(-1)?.kind !== 'text') others.push(step)
  return true
}

function remember(step: Step): void {
  undone = []
  done.push(step)
  if (done.length > MOST_STEPS) done.shift()
}

function putContent(content: DraftContent): void {
  useComposer.setState((state) => ({
    content,
    refusal: null,
    // A question is about one address.
    question: content.url === state.content.url ? state.question : null,
  }))
  saveSoon('content')
}

function putBody(value: BodyValue): void {
  useComposer.setState({ body: { state: 'open', value }, refusal: null })
  saveSoon('body')
}

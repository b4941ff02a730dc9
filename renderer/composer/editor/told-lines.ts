import { RangeSet, StateEffect, StateField, type EditorState, type Extension, type Range } from '@codemirror/state'
import { Decoration, EditorView, gutterLineClass, GutterMarker, WidgetType, type DecorationSet } from '@codemirror/view'
import type { Mistake } from '../body/check-text.ts'
import type { ChangedLine } from '../body/line-diff.ts'

/** What is told about the text in its own lines: what differs from the original, and the first mistake. */
export type Told = { readonly changed: readonly ChangedLine[]; readonly mistake: Mistake | null }

export const tell = StateEffect.define<Told>()

const changedLine = Decoration.line({ class: 'cm-changed' })
const changedPart = Decoration.mark({ class: 'cm-changed-part' })
const mistakeLine = Decoration.line({ class: 'cm-mistake-line' })
const mistakePart = Decoration.mark({ class: 'cm-mistake' })

class EndMark extends WidgetType {
  override toDOM(): HTMLElement {
    const mark = document.createElement('span')
    mark.className = 'cm-mistake-end'
    mark.ariaHidden = 'true'
    return mark
  }
}
const mistakeEnd = Decoration.widget({ widget: new EndMark(), side: 1 })

/** Stands until it is told anew; moves with the text meanwhile. */
const inText = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, transaction) {
    const told = transaction.effects.findLast((effect) => effect.is(tell))
    return told === undefined ? decorations.map(transaction.changes) : decorate(transaction.state, told.value)
  },
  provide: (field) => EditorView.decorations.from(field),
})

class LineMark extends GutterMarker {
  override readonly elementClass: string
  constructor(elementClass: string) {
    super()
    this.elementClass = elementClass
  }
}
const changedMark = new LineMark('cm-changed')
const mistakeMark = new LineMark('cm-mistake-line')

/** The same beside the text, so that a line is one from edge to edge. */
const inGutter = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marks, transaction) {
    const told = transaction.effects.findLast((effect) => effect.is(tell))
    return told === undefined ? marks.map(transaction.changes) : markLines(transaction.state, told.value)
  },
  provide: (field) => gutterLineClass.from(field),
})

export const toldLines: Extension = [inText, inGutter]

function markLines({ doc }: EditorState, { changed, mistake }: Told): RangeSet<GutterMarker> {
  const wrong = mistake === null ? 0 : Math.min(mistake.line, doc.lines)
  const marks = changed.flatMap(({ line }) =>
    line < doc.lines && line + 1 !== wrong ? [changedMark.range(doc.line(line + 1).from)] : [],
  )
  return RangeSet.of(wrong === 0 ? marks : [...marks, mistakeMark.range(doc.line(wrong).from)], true)
}

function decorate(state: EditorState, { changed, mistake }: Told): DecorationSet {
  const ranges: Range<Decoration>[] = []
  for (const { line: index, from, to } of changed) {
    if (index >= state.doc.lines) continue
    const line = state.doc.line(index + 1)
    ranges.push(changedLine.range(line.from))
    const end = Math.min(line.from + to, line.to)
    if (line.from + from < end) ranges.push(changedPart.range(line.from + from, end))
  }
  if (mistake !== null) ranges.push(...decorateMistake(state, mistake))
  return Decoration.set(ranges, true)
}

/** By line and column, which mean the same whatever the line breaks are. */
function decorateMistake(state: EditorState, mistake: Mistake): Range<Decoration>[] {
  const line = state.doc.line(Math.min(mistake.line, state.doc.lines))
  const at = Math.min(line.from + mistake.column - 1, line.to)
  const mark = at < line.to ? mistakePart.range(at, at + 1) : mistakeEnd.range(at)
  return [mistakeLine.range(line.from), mark]
}

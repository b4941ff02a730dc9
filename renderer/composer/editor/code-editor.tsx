import { defaultKeymap, history, historyKeymap, redo, redoDepth, undo, undoDepth } from '@codemirror/commands'
import { bracketMatching, indentUnit } from '@codemirror/language'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  type KeyBinding,
  type ViewUpdate,
} from '@codemirror/view'
import { useEffect, useEffectEvent, useImperativeHandle, useRef, type Ref } from 'react'
import type { TextKind } from '../body/text-kind.ts'
import styles from './code-editor.module.css'
import { codeTheme } from './code-theme.ts'
import { languageOf } from './languages.ts'
import { lineBreaksOf } from './line-breaks.ts'
import { tell, toldLines, type Told } from './told-lines.ts'

/** What can be done with the editor from outside of it. */
export type CodeEditorHandle = {
  readonly focus: () => void
  /** As one step that can be undone. */
  readonly replaceAll: (text: string) => void
  readonly undo: () => void
  readonly redo: () => void
  readonly undoDepth: () => number
  readonly redoDepth: () => number
  /** Puts the cursor there, from 1, and the focus. */
  readonly goTo: (line: number, column: number) => void
}

/**
 * A text to edit. It is read once, when the editor is mounted: from then on the editor has it, and tells each change. What is told about
 * its lines stands in them.
 */
export function CodeEditor({
  ref,
  label,
  text,
  kind,
  told,
  onChange,
}: {
  ref?: Ref<CodeEditorHandle>
  label: string
  text: string
  kind: TextKind
  told: Told
  /** `depthBefore` counts the steps that could be undone before it; null when a step was taken back or done again. */
  onChange: (text: string, depthBefore: number | null) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView | null>(null)
  const language = useRef(new Compartment())
  const changed = useEffectEvent(onChange)
  const first = useEffectEvent(() => ({ text, label, kind }))

  useEffect(() => {
    if (box.current === null) return undefined
    const start = first()
    const view = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: start.text,
        extensions: [
          lineBreaksOf(start.text),
          language.current.of(languageOf(start.kind)),
          EditorView.contentAttributes.of({ 'aria-label': start.label, 'data-first-stop': '' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed(update.state.sliceDoc(), depthBefore(update))
          }),
          setup(),
        ],
      }),
    })
    editor.current = view
    return () => {
      view.destroy()
      editor.current = null
    }
  }, [])
  useEffect(() => {
    editor.current?.dispatch({ effects: language.current.reconfigure(languageOf(kind)) })
  }, [kind])
  useEffect(() => {
    editor.current?.dispatch({ effects: tell.of(told) })
  }, [told])
  useImperativeHandle(ref, () => handleOf(editor), [])
  return <div ref={box} className={styles['editor']} />
}

function setup(): Extension {
  return [
    lineNumbers(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentUnit.of('  '),
    EditorView.lineWrapping,
    bracketMatching(),
    highlightSelectionMatches(),
    search({ top: true }),
    EditorState.phrases.of(WORDS),
    toldLines,
    codeTheme,
    EditorView.cspNonce.of(pageNonce()),
    keymap.of([...defaultKeymap.filter(isOurs), ...historyKeymap, ...searchKeymap]),
  ]
}

function depthBefore({ transactions, startState }: ViewUpdate): number | null {
  const isStep = transactions.some((one) => one.isUserEvent('undo') || one.isUserEvent('redo'))
  return isStep ? null : undoDepth(startState)
}

/** Of the panel that finds. */
const WORDS: Readonly<Record<string, string>> = {
  next: 'Next',
  previous: 'Previous',
  all: 'All',
  'match case': 'Match case',
  regexp: 'Regular expression',
  'by word': 'Whole words',
  replace: 'Replace',
  'replace all': 'Replace all',
  close: 'Close',
}

/** Keys that the window has for something else: sending, and going from pane to pane. Tab goes on, as everywhere. */
function isOurs({ key }: KeyBinding): boolean {
  return key !== 'Mod-Enter' && key !== 'Mod-[' && key !== 'Mod-]'
}

function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
}

function handleOf(editor: { readonly current: EditorView | null }): CodeEditorHandle {
  const withView = (act: (view: EditorView) => void) => () => {
    if (editor.current !== null) act(editor.current)
  }
  return {
    focus: withView((view) => view.focus()),
    undo: withView((view) => void undo(view)),
    redo: withView((view) => void redo(view)),
    undoDepth: () => (editor.current === null ? 0 : undoDepth(editor.current.state)),
    redoDepth: () => (editor.current === null ? 0 : redoDepth(editor.current.state)),
    replaceAll: (text) =>
      withView((view) => {
        const insert = view.state.toText(text)
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert }, userEvent: 'input.replace' })
      })(),
    goTo: (line, column) =>
      withView((view) => {
        const { from, to } = view.state.doc.line(Math.min(line, view.state.doc.lines))
        const anchor = Math.min(from + column - 1, to)
        view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) })
        view.focus()
      })(),
  }
}

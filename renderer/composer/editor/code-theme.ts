import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The looks of the body viewer, so that what is edited stands as it stood when it was read. Roles only: both themes come with them. */
const looks = EditorView.theme({
  '&': { flex: '1', minHeight: '0', color: 'var(--text)', background: 'var(--bg-pane)', font: 'var(--mono-12)' },
  '&.cm-focused': { outline: 'none' },
  '&.cm-focused .cm-content': { outline: 'none' },
  '.cm-scroller': { font: 'var(--mono-12)', lineHeight: '20px', overflow: 'auto' },
  '.cm-content': { padding: '6px 0 20px', caretColor: 'var(--text)', userSelect: 'text' },
  '.cm-line': { padding: '0 12px 0 8px' },
  '.cm-gutters': { border: '0', background: 'var(--bg-pane)', color: 'var(--code-line-no)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '48px', padding: '0 8px 0 8px', fontSize: '11px' },
  '.cm-gutterElement.cm-changed': { background: 'var(--add-tint)' },
  '.cm-gutterElement.cm-mistake-line': { background: 'var(--warn-tint)', boxShadow: 'inset 3px 0 0 var(--warn-mark)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent-mark) 30%, transparent)',
  },
  '.cm-specialChar': { color: 'var(--text-3)' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--bg-selected)', outline: '1px solid var(--accent-line)' },
  '&.cm-focused .cm-nonmatchingBracket': { background: 'var(--warn-tint)' },
  '.cm-changed': { background: 'var(--add-tint)' },
  '.cm-changed-part': { borderRadius: '2px', background: 'var(--add-strong)' },
  '.cm-line.cm-mistake-line': { background: 'var(--warn-tint)' },
  '.cm-mistake': { borderBottom: '2px solid var(--warn-mark)' },
  '.cm-mistake-end': {
    display: 'inline-block',
    width: '1ch',
    height: '15px',
    borderBottom: '2px solid var(--warn-mark)',
    verticalAlign: '-3px',
  },
  '.cm-panels': { border: '0', background: 'var(--bg-sunken)', color: 'var(--text)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '6px 32px 6px 12px', font: 'var(--text-12)' },
  '.cm-panel.cm-search label': { display: 'inline-flex', alignItems: 'center', font: 'var(--text-12)', gap: '2px' },
  '.cm-panel.cm-search [name=close]': { top: '6px', right: '10px', width: '22px', fontSize: '16px' },
  '.cm-textfield': {
    height: 'var(--h-control-small)',
    border: '1px solid var(--line-control)',
    borderRadius: '5px',
    background: 'var(--bg-control)',
    font: 'var(--mono-12)',
  },
  '.cm-button': {
    height: 'var(--h-control-small)',
    border: '1px solid var(--line-strong)',
    borderRadius: '5px',
    background: 'var(--bg-control)',
    font: 'var(--text-12)',
  },
  '.cm-searchMatch': { borderRadius: '2px', background: 'var(--match)' },
  '.cm-searchMatch-selected': { background: 'var(--match-current)' },
  '@media (forced-colors: active)': {
    '.cm-gutterElement.cm-changed': { borderLeft: '3px solid CanvasText' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      background: 'Highlight',
      opacity: '0.4',
      forcedColorAdjust: 'none',
    },
    '.cm-changed-part': { borderBottom: '2px solid CanvasText' },
    '.cm-gutterElement.cm-mistake-line': { borderLeft: '3px dashed CanvasText' },
    '.cm-mistake, .cm-mistake-end': { borderBottom: '2px solid CanvasText' },
  },
})

const colours = HighlightStyle.define([
  {
    tag: [tags.propertyName, tags.tagName, tags.attributeName, tags.definition(tags.variableName)],
    color: 'var(--code-key)',
  },
  { tag: [tags.string, tags.attributeValue, tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number], color: 'var(--code-number)' },
  { tag: [tags.bool, tags.null, tags.keyword, tags.atom], color: 'var(--code-literal)' },
  {
    tag: [tags.punctuation, tags.separator, tags.bracket, tags.operator, tags.angleBracket, tags.comment, tags.meta],
    color: 'var(--code-punct)',
  },
])

export const codeTheme: Extension = [looks, syntaxHighlighting(colours)]

import { EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

/**
 * Keeps every line break as it is. A text whose breaks are all CR LF gets CR LF for new lines too; in any other one only LF breaks lines
 * and a CR is a character like all, so that what is read out again is what was put in.
 */
export function lineBreaksOf(text: string): Extension {
  const lineBreak = usesOnlyCrLf(text) ? '\r\n' : '\n'
  return [
    EditorState.lineSeparator.of(lineBreak),
    // What other programs put into the clipboard gets the breaks of this text.
    EditorView.clipboardInputFilter.of((pasted) => pasted.replace(/\r\n?|\n/g, lineBreak)),
  ]
}

function usesOnlyCrLf(text: string): boolean {
  return text.includes('\r\n') && !/(?<!\r)\n|\r(?!\n)/.test(text)
}

import { html } from '@codemirror/lang-html'
import { javascript } from '@codemirror/lang-javascript'
import { json } from '@codemirror/lang-json'
import { xml } from '@codemirror/lang-xml'
import type { Extension } from '@codemirror/state'
import type { TextKind } from '../body/text-kind.ts'

/** Colours and brackets of a kind of text. */
export function languageOf(kind: TextKind): Extension {
  switch (kind) {
    case 'json':
      return json()
    case 'xml':
      return xml()
    case 'html':
      return html()
    case 'javascript':
      return javascript()
    case 'text':
      return []
  }
}

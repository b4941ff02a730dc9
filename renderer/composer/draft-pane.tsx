import { ChevronDown } from 'lucide-react'
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import { Button } from '../parts/button.tsx'
import { Menu, MenuItem } from '../parts/menu.tsx'
import { tabId, Tabs } from '../parts/tabs.tsx'
import type { DraftContent } from '../../protocol/draft.ts'
import { saveNow } from '../store/composer-save.ts'
import { editBody, editContent } from '../store/composer-edit.ts'
import { useComposer } from '../store/composer.ts'
import { BodyPane } from './body/body-pane.tsx'
import { formatJson } from './body/format-json.ts'
import { readPairs } from './body/form-text.ts'
import { isTextKind, KIND_NAMES, TYPE_OF_KIND, type EditKind } from './body/text-kind.ts'
import { useEditing } from './body/use-edit-kind.ts'
import { ChangedRow } from './changed-row.tsx'
import styles from './draft-pane.module.css'
import { DraftToolbar } from './draft-toolbar.tsx'
import type { CodeEditorHandle } from './editor/code-editor.tsx'
import { HeaderFields } from './header-fields.tsx'
import { linesOn } from './header-lines.ts'
import { LintLine } from './lint-line.tsx'
import { QueryFields } from './pair-fields.tsx'
import { RequestLine } from './request-line.tsx'
import { SignatureRow } from './signature-row.tsx'
import { queryOf } from './target-of-url.ts'
import { useBodyFacts } from './use-body-facts.ts'
import { useChanges } from './use-changes.ts'
import type { Response } from './use-response.ts'
import { useSignature, useSignedAnewOnChange } from './use-signature.ts'

const ID_PREFIX = 'draft'

type Tab = 'body' | 'headers' | 'query'

/** What is being edited: method, URL, headers, query, body, signature, and what all that changes. */
export function DraftPane({ response }: { response: Response | null }) {
  const content = useComposer((state) => state.content)
  const body = useComposer((state) => state.body)
  const originalId = useComposer((state) => state.original?.request.id ?? null)
  const [tab, setTab] = useState<Tab>('body')
  const pane = useRef<HTMLElement>(null)
  const editor = useRef<CodeEditorHandle>(null)
  const takeEditor = useCallback((handle: CodeEditorHandle | null) => {
    editor.current = handle
  }, [])
  useKeptOnBlur(pane)
  const editing = useEditing(body.state === 'open' ? body.value : null)
  const facts = useBodyFacts(editing)
  const { report, askAgain } = useSignature(originalId)
  useSignedAnewOnChange(report, facts.change.isChanged)
  const changes = useChanges(facts.change, report)
  const format = (): void => {
    const formatted = formatJson(editing.text ?? '')
    if (formatted === null) return
    setTab('body')
    if (editor.current === null) editBody({ as: 'text', text: formatted })
    else editor.current.replaceAll(formatted)
  }
  const canFormat = editing.kind === 'json' && facts.mistake === null && (editing.text ?? '') !== ''
  return (
    <section ref={pane} className={styles['pane']} aria-label="Draft" data-pane="draft" tabIndex={-1}>
      <DraftToolbar response={response} onFormat={canFormat ? format : null} />
      <RequestLine />
      <div className={styles['tabs']}>
        <Tabs
          label="Parts of the draft"
          idPrefix={ID_PREFIX}
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'body', label: 'Body' },
            { value: 'headers', label: 'Headers', count: linesOn(content.headers).length },
            { value: 'query', label: 'Query', count: readPairs(queryOf(content.url) ?? '').length },
          ]}
        />
        {tab === 'body' && <KindMenu kind={editing.kind} />}
      </div>
      <div
        id={`${ID_PREFIX}-panel`}
        className={styles['panel']}
        role="tabpanel"
        aria-labelledby={tabId(ID_PREFIX, tab)}
      >
        {/* Hidden and not taken away: the editor keeps its place and its steps. */}
        <div className={styles['content']} hidden={tab !== 'body'}>
          <BodyPane editing={editing} told={facts.told} onEditor={takeEditor} />
        </div>
        {tab === 'headers' && <HeaderFields />}
        {tab === 'query' && <QueryFields />}
      </div>
      <LintLine editing={editing} facts={facts} editor={editor} onFormat={canFormat ? format : null} />
      <SignatureRow report={report} isBodyChanged={facts.change.isChanged} onSecretSet={askAgain} />
      <ChangedRow changes={changes} />
    </section>
  )
}

/** A field that is left is done for now: what was typed is kept at once. */
function useKeptOnBlur(pane: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const keep = (): void => void saveNow()
    const element = pane.current
    element?.addEventListener('focusout', keep)
    return () => element?.removeEventListener('focusout', keep)
  }, [pane])
}

const VIEWS: readonly { readonly view: DraftContent['bodyView']; readonly label: string; readonly kind: EditKind }[] = [
  { view: 'text', label: 'As text', kind: 'text' },
  { view: 'form', label: 'As form', kind: 'form' },
  { view: 'multipart', label: 'As multipart', kind: 'parts' },
  { view: 'hex', label: 'As hex', kind: 'hex' },
]

/** How the body is edited. The bytes stay; a request that has no type yet gets the one that goes with what is chosen. */
function KindMenu({ kind }: { kind: EditKind }) {
  const headers = useComposer((state) => state.content.headers)
  const view = useComposer((state) => state.content.bodyView)
  const choose = (bodyView: DraftContent['bodyView'], wanted: EditKind) => {
    const type = isTextKind(wanted) ? null : TYPE_OF_KIND[wanted]
    const hasType = headers.some(({ on, name }) => on && name.toLowerCase() === 'content-type')
    const added = type === null || hasType ? headers : [...headers, { name: 'Content-Type', value: type, on: true }]
    editContent({ bodyView, headers: added }, 'body view')
  }
  return (
    <Menu
      align="end"
      trigger={
        <Button small kind="quiet" className={styles['kind']} aria-label={`Body as ${KIND_NAMES[kind]}`}>
          {KIND_NAMES[kind]}
          <ChevronDown size={12} />
        </Button>
      }
    >
      <MenuItem {...(view === 'auto' ? { hint: 'now' } : {})} onPick={() => choose('auto', 'text')}>
        By its Content-Type
      </MenuItem>
      {VIEWS.map((one) => (
        <MenuItem
          key={one.view}
          {...(view === one.view ? { hint: 'now' } : {})}
          onPick={() => choose(one.view, one.kind)}
        >
          {one.label}
        </MenuItem>
      ))}
    </Menu>
  )
}

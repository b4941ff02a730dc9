import { startComposeEngine } from './compose-engine.ts'

/**
 * The engine in a process of its own, so that it can be killed while a draft is sent: `node compose-process.ts <history file> <URL>`. Edits a request, sends
 * it to the URL, edits on, and says so; then it waits.
 */
const [, , file, url] = process.argv
if (file === undefined || url === undefined) throw new Error('A file for the history and a URL are needed.')
const { store, drafts } = await startComposeEngine(file)
const id = await store(Buffer.from('original'))
const draft = await drafts['drafts:open']({ requestId: id })
const content = { ...draft.content, url, method: 'PUT' }
const sent = await drafts['drafts:send']({
  id: draft.id,
  save: { content, body: { kind: 'bytes', bytes: Buffer.from('sent') } },
  rememberHost: true,
})
const saved = await drafts['drafts:save']({
  id: draft.id,
  content: { ...content, headers: [{ name: 'X-Later', value: '\u00fc \u{1f4a5}', on: false }] },
  body: { kind: 'bytes', bytes: Buffer.alloc(1_000_000, 'later') },
})
process.stdout.write(`${JSON.stringify({ id, sent: sent.id, saved })}\n`)
setInterval(() => undefined, 60_000)

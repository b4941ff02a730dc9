import { expect, test, vi } from 'vitest'
import { answer, type Handlers } from '../../../main/ipc/answer.ts'
import { HistoryError } from '../../../core/history/history.ts'
import { AppFailure } from '../../../protocol/app-error.ts'

const logBug = vi.fn(() => 'log-7')

/** Only the commands that a test asks are there; any other would end as a bug, which the tests would show. */
function withHandlers(handlers: Partial<Handlers>): Handlers {
  return handlers as Handlers
}

test('a command that is known runs with its checked input', async () => {
  const handlers = withHandlers({ 'app:copy-text': () => null })
  expect(await answer(handlers, { name: 'app:copy-text', input: { text: 'x' } }, logBug)).toEqual({
    ok: true,
    value: null,
  })
})

test.each(['requests:drop', '__proto__', 'constructor', 'toString', ''])('the name %j is no command', async (name) => {
  expect(await answer(withHandlers({}), { name, input: {} }, logBug)).toMatchObject({
    ok: false,
    error: { code: 'unknown-command' },
  })
})

test('a wrong input is told with the field at fault, and no handler sees it', async () => {
  const handler = vi.fn()
  const handlers = withHandlers({ 'targets:add': handler })
  const told = await answer(handlers, { name: 'targets:add', input: { url: 'ftp://localhost' } }, logBug)
  expect(told).toEqual({
    ok: false,
    error: { code: 'bad-input', field: 'url', message: 'A target URL begins with http:// or https://.' },
  })
  expect(handler).not.toHaveBeenCalled()
})

test('an input with a field that no command has is refused', async () => {
  const told = await answer(withHandlers({}), { name: 'ports:list', input: { also: 1 } }, logBug)
  expect(told).toMatchObject({ ok: false, error: { code: 'bad-input' } })
})

test('an expected failure is a value with its sentence', async () => {
  const error = { code: 'not-found', message: 'This request is no longer in the history.' } as const
  const handlers = withHandlers({
    'requests:get': () => {
      throw new AppFailure(error)
    },
  })
  expect(await answer(handlers, { name: 'requests:get', input: { id: 1 } }, logBug)).toEqual({ ok: false, error })
})

test('a history that cannot write says so in its own words', async () => {
  const handlers = withHandlers({
    'requests:pin': () =>
      Promise.reject(new HistoryError('disk-full', 'The disk is full.', { fix: 'Free some space.' })),
  })
  const told = await answer(handlers, { name: 'requests:pin', input: { id: 1, pinned: true } }, logBug)
  expect(told).toEqual({
    ok: false,
    error: { code: 'history-unavailable', message: 'The disk is full.', fix: 'Free some space.' },
  })
})

test('a bug ends as a sentence with a log id, not as a stack trace', async () => {
  const handlers = withHandlers({
    'ports:list': () => {
      throw new TypeError('cannot read properties of undefined')
    },
  })
  const told = await answer(handlers, { name: 'ports:list', input: {} }, logBug)
  expect(told).toEqual({
    ok: false,
    error: { code: 'internal', message: 'Something broke inside the app. The log has it as log-7.' },
  })
  expect(logBug).toHaveBeenCalledOnce()
})

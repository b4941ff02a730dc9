import { z } from 'zod'
import { AppFailure, fail, ok, type Result } from '../../protocol/app-error.ts'
import { commands, type Answer, type CheckedInput, type CommandName } from '../../protocol/ipc.ts'

export type Handlers = { readonly [K in CommandName]: (input: CheckedInput<K>) => Promise<Answer<K>> | Answer<K> }

/** Notes a bug and gives the id under which the log has it. */
export type LogBug = (problem: unknown, command: string) => string

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name)
}

/**
 * Answers one command of the page: checks its name and input, runs its handler, and turns whatever happens into a value. Never throws: a page
 * that sends nonsense gets told which field is wrong, and a bug of ours ends as a sentence with a log id, not as a stack trace.
 */
export async function answer(
  handlers: Handlers,
  asked: { readonly name: string; readonly input: unknown },
  logBug: LogBug,
): Promise<Result<unknown>> {
  const { name } = asked
  if (!isCommand(name))
    return fail({ code: 'unknown-command', message: `There is no command "${name.slice(0, 100)}".` })
  const input = commands[name].input.safeParse(asked.input)
  if (!input.success) {
    const issue = input.error.issues[0]
    return fail({
      code: 'bad-input',
      message: issue?.message ?? z.prettifyError(input.error),
      ...(issue && issue.path.length > 0 ? { field: issue.path.join('.') } : {}),
    })
  }
  try {
    return ok(await run(handlers, name, input.data))
  } catch (problem) {
    if (problem instanceof AppFailure) return fail(problem.error)
    if (isHistoryError(problem))
      return fail({ code: 'history-unavailable', message: problem.message, fix: problem.fix })
    const logId = logBug(problem, name)
    return fail({ code: 'internal', message: `Something broke inside the app. The log has it as ${logId}.` })
  }
}

/** TypeScript cannot see that the handler and the input come from the same name, so the pair is typed here once. */
function run<K extends CommandName>(handlers: Handlers, name: K, input: unknown): Promise<Answer<K>> | Answer<K> {
  return handlers[name](input as CheckedInput<K>)
}

function isHistoryError(problem: unknown): problem is Error & { fix: string } {
  return (
    problem instanceof Error && problem.name === 'HistoryError' && 'fix' in problem && typeof problem.fix === 'string'
  )
}

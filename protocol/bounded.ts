import { z } from 'zod'

/** The last moment that a calendar of this language knows, epoch ms. */
export const MAX_EPOCH_MS = 8_640_000_000_000_000

/** A list whose length is judged before its elements are: a stranger's half a million wrong ones would each cost an issue of their own. */
export function boundedArray<T extends z.ZodType>(
  element: T,
  most: number,
  least = 0,
): z.ZodPipe<z.ZodCustom, z.ZodArray<T>> {
  const isBounded = (value: unknown) => Array.isArray(value) && value.length >= least && value.length <= most
  return z.custom(isBounded, `Expected a list of ${least} to ${most}`).pipe(z.array(element))
}

const MOST_ISSUES = 3
const MOST_CHARACTERS = 500

/** What is wrong, in a few short lines, however much of it there is. */
export function describeIssues(error: z.ZodError): string {
  const text = z.prettifyError(new z.ZodError(error.issues.slice(0, MOST_ISSUES)))
  return text.slice(0, MOST_CHARACTERS)
}

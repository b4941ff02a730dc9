import { z } from 'zod'

/** One thing that the window may ask of the main process: what it brings, and what it is answered. */
export type Command<Schema extends z.ZodType, Answer> = { readonly input: Schema; readonly answer?: Answer }

export function command<Schema extends z.ZodType>(input: Schema): { answers<Answer>(): Command<Schema, Answer> } {
  return { answers: () => ({ input }) }
}

export const Nothing = z.strictObject({})
export const Name = z.string().trim().min(1, 'A name has at least one character').max(100)

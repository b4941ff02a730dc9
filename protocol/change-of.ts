import { z } from 'zod'

type Given<Field extends z.core.SomeType> = z.ZodOptional<Field extends z.ZodDefault<infer Inner> ? Inner : Field>

/**
 * The schema of a change: any of the fields, and nothing for those that are not named. `partial()` alone would fill their defaults in, and so set
 * back all that a change does not speak of.
 */
export function changeOf<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
): z.ZodObject<{ -readonly [K in keyof Shape]: Given<Shape[K]> }, z.core.$strict> {
  const fields: Record<string, z.ZodType> = {}
  for (const [name, field] of Object.entries<z.core.$ZodType>(schema.shape)) {
    const inner = field instanceof z.ZodDefault ? field.unwrap() : field
    fields[name] = z.optional(inner)
  }
  // Built field by field as the type says, which TypeScript cannot follow.
  return z.strictObject(fields) as unknown as ReturnType<typeof changeOf<Shape>>
}

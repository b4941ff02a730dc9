type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Leaves out fields that are undefined: zod gives absent fields so, while the engine's changes are exact about what is there. */
export function withoutUndefined<T extends object>(change: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<Defined<T>>
}

import type { Secrets } from '../../core/secrets.ts'

/** Secrets that stand in memory, to be looked at. */
export function memorySecrets(entries: Iterable<readonly [string, string]> = []): {
  readonly kept: Map<string, string>
  readonly secrets: Secrets
} {
  const kept = new Map(entries)
  return {
    kept,
    secrets: {
      get: async (name) => kept.get(name) ?? null,
      set: async (name, value) => void kept.set(name, value),
      delete: async (name) => void kept.delete(name),
    },
  }
}

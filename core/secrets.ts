/**
 * Where tokens and signing secrets are kept. Names are `source:<id>` for a source's token secret and `signing:<provider>` for signing secrets.
 * Implementations keep nothing in SQLite, logs or the renderer.
 */
export type Secrets = {
  get(name: string): Promise<string | null>
  set(name: string, value: string): Promise<void>
  delete(name: string): Promise<void>
}

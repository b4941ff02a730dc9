/**
 * Where tokens and signing secrets are kept. Names are `source:<id>` for a source's token secret and `signing:<scheme>` for a scheme's
 * signing secrets, `test-keys:<scheme>` for a key pair of one's own.
 * Implementations keep nothing in SQLite, logs or the renderer.
 */
export type Secrets = {
  get(name: string): Promise<string | null>
  set(name: string, value: string): Promise<void>
  delete(name: string): Promise<void>
}

import type { SourceInput } from '../../protocol/source.ts'

/**
 * Finds where a captured request was posted to: the public URL of its input. The request target's own beginning is the only trace of the input that
 * is stored, so the input's id is looked for in it. Null when the relay no longer tells of that input.
 */
export function findInputUrl(
  request: { readonly requestTarget: string; readonly mountBytes: number },
  inputs: readonly SourceInput[],
): string | null {
  const { requestTarget, mountBytes } = request
  return inputs.find((input) => requestTarget.endsWith(`/${input.id}`, mountBytes))?.url ?? null
}

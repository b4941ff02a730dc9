import { useEffect } from 'react'
import { create } from 'zustand'
import type { SchemeInfo, SigningSecretInfo } from '../../protocol/signature.ts'
import { ask } from '../bridge.ts'
import { showFailure } from './toast.ts'

type SchemeState = {
  /** Null until they are read. */
  readonly schemes: readonly SchemeInfo[] | null
  /** Names alone: values never come here. */
  readonly secrets: readonly SigningSecretInfo[] | null
}

export const useSchemeStore = create<SchemeState>()(() => ({ schemes: null, secrets: null }))

/** Reads the schemes of signatures anew, and which secrets there are. */
export async function readSchemes(): Promise<void> {
  const [schemes, secrets] = await Promise.all([ask('signatures:schemes', {}), ask('secrets:list-signing', {})])
  if (!schemes.ok) showFailure(schemes.error)
  else if (!secrets.ok) showFailure(secrets.error)
  else useSchemeStore.setState({ schemes: schemes.value, secrets: secrets.value })
}

/** Reads them where nobody has; secrets may have changed since, so that those are read whenever somebody begins to show them. */
export function useSchemes(): SchemeState {
  const state = useSchemeStore()
  useEffect(() => void readSchemes(), [])
  return state
}

/** Null while it is not known, and where there is none. */
export function useScheme(id: string): SchemeInfo | null {
  const { schemes } = useSchemes()
  return schemes?.find((scheme) => scheme.id === id) ?? null
}

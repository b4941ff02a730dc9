import type { CustomScheme } from '../../protocol/signature.ts'
import type { DraftSigningParts } from '../compose/send-draft.ts'
import { createHandshakeSecrets, type HandshakeSecrets } from '../signing/handshake-secrets.ts'
import { createKnownSchemes } from '../signing/known-schemes.ts'
import { createTestKeyPairs, type TestKeyPairs } from '../signing/test-key-pairs.ts'
import { createSecretTrials, type SecretTrials } from '../signing/try-secret.ts'
import { createSignatureReports, type ReportOptions, type SignatureReports } from './signature-reports.ts'

/** All about signatures of requests: verdicts, their secrets, and what drafts are signed with. */
export type Signatures = SignatureReports & {
  readonly trials: SecretTrials
  readonly testKeyPairs: TestKeyPairs
  readonly handshakes: HandshakeSecrets
  readonly forDrafts: DraftSigningParts
}

export function createSignatures(
  options: Omit<ReportOptions, 'schemes'> & {
    /** Schemes that a person made. */
    readonly customSchemes?: () => readonly CustomScheme[]
  },
): Signatures {
  const schemes = createKnownSchemes(options.customSchemes ?? (() => []))
  const reports = createSignatureReports({ ...options, schemes })
  const testKeyPairs = createTestKeyPairs(options.secrets, options.now ?? Date.now)
  return {
    ...reports,
    testKeyPairs,
    handshakes: createHandshakeSecrets({ requests: options.requests, schemes, kept: reports }),
    trials: createSecretTrials({ requests: options.requests, schemes }),
    forDrafts: {
      schemes,
      secretsOf: reports.secretsToSignWith,
      privateKeyOf: async (scheme) => (await testKeyPairs.of(scheme))?.privateKey ?? null,
    },
  }
}

import { z } from 'zod'
import { RequestId, SourceId } from './ids.ts'
import { command, Nothing } from './ipc-command.ts'
import {
  SchemeId,
  SigningSecretName,
  SigningSecretText,
  type HandshakeSecretInfo,
  type SchemeInfo,
  type SchemeProblem,
  type SecretTrial,
  type SigningSecretInfo,
  type TestKeyShown,
} from './signature.ts'

/** Signing secrets, which never come back to the page, and schemes of one's own. */
export const signatureCommands = {
  /** For one source, or (null) for all; one of the same name is replaced. Without a name it has that of the source or of the sender. */
  'secrets:set-signing': command(
    z.strictObject({
      scheme: SchemeId,
      secret: SigningSecretText,
      sourceId: SourceId.nullable().default(null),
      name: SigningSecretName.nullable().default(null),
    }),
  ).answers<SigningSecretInfo>(),
  /** One, or all of the scheme. */
  'secrets:delete-signing': command(
    z.strictObject({ scheme: SchemeId, id: z.string().max(100).optional() }),
  ).answers<null>(),
  /** Without their values, which are never told. */
  'secrets:list-signing': command(Nothing).answers<readonly SigningSecretInfo[]>(),
  /** What a secret that is being typed would verify; nothing of it is kept. */
  'secrets:try-signing': command(
    z.strictObject({
      scheme: SchemeId,
      secret: SigningSecretText,
      sourceId: SourceId.nullable(),
      requestId: RequestId.nullable(),
    }),
  ).answers<SecretTrial>(),
  /** What one that is kept verifies. */
  'secrets:try-kept': command(z.strictObject({ scheme: SchemeId, id: z.string().max(100) })).answers<SecretTrial>(),
  /** Whether a secret came with a sender's check of the address; never the secret. */
  'secrets:in-handshake': command(z.strictObject({ id: RequestId })).answers<HandshakeSecretInfo | null>(),
  /** Keeps that one for the source of the request. One of the same name is not replaced. */
  'secrets:adopt-handshake': command(
    z.strictObject({ id: RequestId, name: SigningSecretName }),
  ).answers<SigningSecretInfo>(),
  'signatures:schemes': command(Nothing).answers<readonly SchemeInfo[]>(),
  /** Of the pair that takes the place of a sender's what the app under test has to know; the pair is made when first asked for. */
  'signatures:test-key': command(z.strictObject({ scheme: SchemeId })).answers<TestKeyShown>(),
  /** Adds a scheme that a person made, or replaces the one of its id; what is wrong with it is told field by field. */
  'signatures:save-scheme': command(z.strictObject({ row: z.unknown() })).answers<{
    readonly problems: readonly SchemeProblem[]
  }>(),
  /** With its secrets. */
  'signatures:delete-scheme': command(z.strictObject({ id: SchemeId })).answers<null>(),
} as const

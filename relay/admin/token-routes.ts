import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { sha256Hex } from '../auth.ts'
import type { TokenRecord } from '../store/store.ts'
import { type AdminContext, type AdminServer, PROBLEMS } from './context.ts'
import { AdminProblem, notFound } from './problems.ts'
import { MadeToken, NewToken, TokenParams, TokenView } from './schemas.ts'

const KEY_BYTES = 12
const SECRET_BYTES = 32

export function addTokenRoutes(server: AdminServer, { store }: AdminContext): void {
  server.get(
    '/v1/tokens',
    {
      schema: {
        summary: 'Lists the tokens, without their secrets',
        response: { 200: z.object({ tokens: z.array(TokenView) }), ...PROBLEMS },
      },
    },
    async () => ({ tokens: store.admin.tokens().map(view) }),
  )

  server.post(
    '/v1/tokens',
    {
      schema: {
        summary: 'Makes a token for agents. Its secret is told this once',
        body: NewToken,
        response: { 201: MadeToken, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { name, buckets } = request.body
      const strange = buckets.findIndex((id) => !store.admin.bucket(id))
      if (strange !== -1) {
        const detail = `There is no bucket ${JSON.stringify(buckets[strange])} here.`
        throw new AdminProblem({ status: 400, code: 'bad-input', detail }, `buckets.${strange}`)
      }
      const key = `crk_${randomBytes(KEY_BYTES).toString('base64url')}`
      const secret = `crs_${randomBytes(SECRET_BYTES).toString('base64url')}`
      const bucketIds = [...new Set(buckets)]
      const token = await store.admin.createToken({ key, secretSha256: sha256Hex(secret), name, bucketIds })
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...view(token), secret })
    },
  )

  server.delete(
    '/v1/tokens/:key',
    {
      schema: {
        summary: 'Revokes a token: its agents are sent away at once',
        params: TokenParams,
        response: { 200: TokenView, ...PROBLEMS },
      },
    },
    async (request) => {
      const token = await store.admin.revokeToken(request.params.key)
      if (!token) throw notFound('token')
      return view(token)
    },
  )
}

function view({ key, name, bucketIds, createdAt, revokedAt }: TokenRecord): z.infer<typeof TokenView> {
  return { key, name, buckets: bucketIds, createdAt, revokedAt }
}

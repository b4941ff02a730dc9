import { Readable } from 'node:stream'
import { z } from 'zod'
import { CHUNK_BYTES } from '../../protocol/limits.ts'
import type { LoggedItem, RelayLog } from '../store/store.ts'
import { type AdminContext, type AdminServer, PROBLEMS } from './context.ts'
import { notFound } from './problems.ts'
import { BucketParams, RequestPage, RequestParams, RequestView } from './schemas.ts'

export function addRequestRoutes(server: AdminServer, { store }: AdminContext): void {
  async function itemOf({ bucket, id }: z.infer<typeof RequestParams>): Promise<LoggedItem> {
    const item = await store.log.find(bucket, id)
    if (!item) throw notFound('request')
    return item
  }

  server.get(
    '/v1/buckets/:bucket/requests',
    {
      schema: {
        summary: 'Lists what a bucket keeps, newest first',
        params: BucketParams,
        querystring: RequestPage,
        response: {
          200: z.object({ requests: z.array(RequestView), next: z.number().nullable() }),
          ...PROBLEMS,
        },
      },
    },
    async (request) => {
      const { bucket } = request.params
      if (!store.admin.bucket(bucket)) throw notFound('bucket')
      const { before, limit } = request.query
      const items = await store.log.list(bucket, { before: before ?? null, limit })
      const last = items.at(-1)
      return { requests: items.map(view), next: last && items.length === limit ? last.seq : null }
    },
  )

  server.get(
    '/v1/buckets/:bucket/requests/:id',
    { schema: { summary: 'Shows a request', params: RequestParams, response: { 200: RequestView, ...PROBLEMS } } },
    async (request) => view(await itemOf(request.params)),
  )

  server.get(
    '/v1/buckets/:bucket/requests/:id/body',
    { schema: { summary: 'Gives the bytes of a body, as they were received', params: RequestParams } },
    async (request, reply) => {
      const item = await itemOf(request.params)
      return reply
        .header('content-type', 'application/octet-stream')
        .header('content-length', item.bodyBytes)
        .header('content-disposition', 'attachment')
        .header('x-content-type-options', 'nosniff')
        .send(Readable.from(pieces(store.log, item), { objectMode: false }))
    },
  )

  server.post(
    '/v1/buckets/:bucket/requests/:id/redeliver',
    {
      schema: {
        summary: 'Hands a request out again to every subscription',
        params: RequestParams,
        response: { 202: z.object({ id: z.string() }), ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { bucket, id } = request.params
      if (!(await store.log.redeliver(bucket, id))) throw notFound('request')
      return reply.code(202).send({ id })
    },
  )
}

async function* pieces(log: RelayLog, item: LoggedItem): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < item.bodyBytes; from += CHUNK_BYTES) {
    const bytes = await log.readBody(item.id, from, Math.min(from + CHUNK_BYTES, item.bodyBytes))
    if (!bytes) throw new Error(`The body of ${item.id} went away while it was read.`)
    yield bytes
  }
}

function view(item: LoggedItem): z.infer<typeof RequestView> {
  const { bucketId, inputId, handouts: _handouts, body: _body, ...rest } = item
  return { ...rest, bucket: bucketId, input: inputId }
}

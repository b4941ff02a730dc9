import { z } from 'zod'
import type { Bucket } from '../store/store.ts'
import { type AdminContext, type AdminServer, PROBLEMS } from './context.ts'
import { NOTHING_BEFORE, showSettings, takeSettings } from './edge-settings.ts'
import { notFound } from './problems.ts'
import { BucketChange, BucketParams, BucketView, NewBucket } from './schemas.ts'

export function addBucketRoutes(server: AdminServer, { store }: AdminContext): void {
  function view({ id, name, settings, createdAt }: Bucket): z.infer<typeof BucketView> {
    return { id, name, settings: showSettings(settings), createdAt }
  }

  server.get(
    '/v1/buckets',
    {
      schema: {
        summary: 'Lists the buckets, oldest first',
        response: { 200: z.object({ buckets: z.array(BucketView) }), ...PROBLEMS },
      },
    },
    async () => ({ buckets: store.admin.buckets().map(view) }),
  )

  server.post(
    '/v1/buckets',
    { schema: { summary: 'Makes a bucket', body: NewBucket, response: { 201: BucketView, ...PROBLEMS } } },
    async (request, reply) => {
      const { name, settings } = request.body
      const bucket = await store.admin.createBucket({ name, ...takeSettings(settings, NOTHING_BEFORE) })
      return reply.code(201).header('location', `/v1/buckets/${bucket.id}`).send(view(bucket))
    },
  )

  server.get(
    '/v1/buckets/:bucket',
    { schema: { summary: 'Shows a bucket', params: BucketParams, response: { 200: BucketView, ...PROBLEMS } } },
    async (request) => {
      const bucket = store.admin.bucket(request.params.bucket)
      if (!bucket) throw notFound('bucket')
      return view(bucket)
    },
  )

  server.patch(
    '/v1/buckets/:bucket',
    {
      schema: {
        summary:
          'Changes a bucket: `settings` replaces all of them but authentication, handshakes and secrets that it does not name',
        params: BucketParams,
        body: BucketChange,
        response: { 200: BucketView, ...PROBLEMS },
      },
    },
    async (request) => {
      const before = store.admin.bucket(request.params.bucket)
      if (!before) throw notFound('bucket')
      const { settings, ...rest } = request.body
      const known = { settings: before.settings, secrets: store.admin.secrets(before.id) }
      const taken = settings === undefined ? {} : takeSettings(settings, known)
      const bucket = await store.admin.updateBucket(before.id, { ...rest, ...taken })
      if (!bucket) throw notFound('bucket')
      return view(bucket)
    },
  )

  server.delete(
    '/v1/buckets/:bucket',
    {
      schema: {
        summary: 'Deletes a bucket with its inputs and all that waits in it',
        params: BucketParams,
        response: { 204: z.null(), ...PROBLEMS },
      },
    },
    async (request, reply) => {
      if (!(await store.admin.deleteBucket(request.params.bucket))) throw notFound('bucket')
      return reply.code(204).send(null)
    },
  )
}

import { z } from 'zod'
import type { Input } from '../store/store.ts'
import { type AdminContext, type AdminServer, PROBLEMS } from './context.ts'
import { NOTHING_BEFORE, showSettings, takeSettings } from './edge-settings.ts'
import { notFound } from './problems.ts'
import { BucketParams, InputChange, InputParams, InputView, NewInput } from './schemas.ts'

export function addInputRoutes(server: AdminServer, context: AdminContext): void {
  const { store } = context

  function view({ id, bucketId, name, settings, createdAt }: Input): z.infer<typeof InputView> {
    const shown = showSettings(settings)
    return { id, bucket: bucketId, name, url: context.publicInputUrl(id), settings: shown, createdAt }
  }

  /** The input, where it is one of this bucket. */
  function inputOf(params: z.infer<typeof InputParams>): Input {
    const input = store.admin.input(params.input)
    if (!input || input.bucketId !== params.bucket) throw notFound('input')
    return input
  }

  server.get(
    '/v1/buckets/:bucket/inputs',
    {
      schema: {
        summary: 'Lists the inputs of a bucket',
        params: BucketParams,
        response: { 200: z.object({ inputs: z.array(InputView) }), ...PROBLEMS },
      },
    },
    async (request) => {
      if (!store.admin.bucket(request.params.bucket)) throw notFound('bucket')
      return { inputs: store.admin.inputs(request.params.bucket).map(view) }
    },
  )

  server.post(
    '/v1/buckets/:bucket/inputs',
    {
      schema: {
        summary: 'Makes an input: a public URL for senders',
        params: BucketParams,
        body: NewInput,
        response: { 201: InputView, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { bucket } = request.params
      const { name, settings } = request.body
      const input = await store.admin.createInput({
        bucketId: bucket,
        name,
        ...takeSettings(settings, NOTHING_BEFORE),
      })
      if (!input) throw notFound('bucket')
      return reply.code(201).header('location', `/v1/buckets/${bucket}/inputs/${input.id}`).send(view(input))
    },
  )

  server.get(
    '/v1/buckets/:bucket/inputs/:input',
    { schema: { summary: 'Shows an input', params: InputParams, response: { 200: InputView, ...PROBLEMS } } },
    async (request) => view(inputOf(request.params)),
  )

  server.patch(
    '/v1/buckets/:bucket/inputs/:input',
    {
      schema: {
        summary:
          'Changes an input: `settings` replaces all of them but authentication, handshakes and secrets that it does not name',
        params: InputParams,
        body: InputChange,
        response: { 200: InputView, ...PROBLEMS },
      },
    },
    async (request) => {
      const before = inputOf(request.params)
      const { settings, ...rest } = request.body
      const known = { settings: before.settings, secrets: store.admin.secrets(before.id) }
      const taken = settings === undefined ? {} : takeSettings(settings, known)
      const input = await store.admin.updateInput(before.id, { ...rest, ...taken })
      if (!input) throw notFound('input')
      return view(input)
    },
  )

  server.delete(
    '/v1/buckets/:bucket/inputs/:input',
    {
      schema: {
        summary: 'Deletes an input; what it took stays',
        params: InputParams,
        response: { 204: z.null(), ...PROBLEMS },
      },
    },
    async (request, reply) => {
      if (!(await store.admin.deleteInput(inputOf(request.params).id))) throw notFound('input')
      return reply.code(204).send(null)
    },
  )
}

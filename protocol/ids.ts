import { z } from 'zod'

/** Row id in the history; ascending ids are the order of arrival. */
export const RequestId = z.int().positive().brand<'RequestId'>()
export type RequestId = z.infer<typeof RequestId>

/** The name of a request beyond this history: the relay's UUIDv7, or one made at storing. */
export const RequestUid = z.string().min(1).max(200).brand<'RequestUid'>()
export type RequestUid = z.infer<typeof RequestUid>

export const SourceId = z.int().positive().brand<'SourceId'>()
export type SourceId = z.infer<typeof SourceId>

export const TargetId = z.int().positive().brand<'TargetId'>()
export type TargetId = z.infer<typeof TargetId>

export const DeliveryId = z.int().positive().brand<'DeliveryId'>()
export type DeliveryId = z.infer<typeof DeliveryId>

export const AttemptId = z.int().positive().brand<'AttemptId'>()
export type AttemptId = z.infer<typeof AttemptId>

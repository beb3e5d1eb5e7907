import { z } from 'zod'

/**
 * Who takes part in chats and calls, in the identifier model of ACS.
 * `8:acs:guichet_<uuid>` is a person or bot of ours, `4:+33…` a telephone, `28:orgid:…` an application.
 * @source ADR 0003, reference acs-api §2
 */
export const RawId = z
  .string()
  .min(3)
  .max(200)
  .regex(/^(8:acs:[A-Za-z0-9-]+_[A-Za-z0-9-]+|4:(\+[0-9]{3,15}|anonymous)|8:orgid:\S+|28:orgid:\S+)$/)
  .brand<'RawId'>()
export type RawId = z.infer<typeof RawId>

const uuid = () => z.uuid()
export const ConversationId = uuid().brand<'ConversationId'>()
export type ConversationId = z.infer<typeof ConversationId>
export const ThreadId = z
  .string()
  .regex(/^19:[A-Za-z0-9_-]{10,64}@thread\.v2$/)
  .brand<'ThreadId'>()
export type ThreadId = z.infer<typeof ThreadId>
/** Epoch milliseconds as a string, unique and increasing within its thread. */
export const MessageId = z
  .string()
  .regex(/^\d{10,16}$/)
  .brand<'MessageId'>()
export type MessageId = z.infer<typeof MessageId>
export const JobId = uuid().brand<'JobId'>()
export type JobId = z.infer<typeof JobId>
export const OfferId = uuid().brand<'OfferId'>()
export type OfferId = z.infer<typeof OfferId>
export const AssignmentId = uuid().brand<'AssignmentId'>()
export type AssignmentId = z.infer<typeof AssignmentId>
export const QueueId = uuid().brand<'QueueId'>()
export type QueueId = z.infer<typeof QueueId>
export const WorkerId = uuid().brand<'WorkerId'>()
export type WorkerId = z.infer<typeof WorkerId>
export const CallId = uuid().brand<'CallId'>()
export type CallId = z.infer<typeof CallId>
export const LegId = uuid().brand<'LegId'>()
export type LegId = z.infer<typeof LegId>
export const ApplicationId = uuid().brand<'ApplicationId'>()
export type ApplicationId = z.infer<typeof ApplicationId>
export const FileId = uuid().brand<'FileId'>()
export type FileId = z.infer<typeof FileId>
export const TrunkId = uuid().brand<'TrunkId'>()
export type TrunkId = z.infer<typeof TrunkId>
export const DeviceId = uuid().brand<'DeviceId'>()
export type DeviceId = z.infer<typeof DeviceId>

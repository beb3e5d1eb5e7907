import type { ChatMessage, EventEnvelope, MessageContent, ParticipantRole } from '@guichet/contract'
import type { ConversationId, MessageId } from '@guichet/domain'
import type { JournalEntry } from './journal.ts'
import { presentMessage } from './message.presenter.ts'

/** A message on disk; `event` is null when it was there already. */
export type StoredMessage = {
  message: ChatMessage
  conversationId: ConversationId
  event: EventEnvelope<'message.sent'> | null
}

/** Runs one statement and gives its rows; a pool or an open transaction. */
export type RunStatement = (text: string, values: unknown[]) => Promise<unknown[]>

/**
 * Writes a batch in one round trip: finds repeats by client message id, allots sequences, versions and ids from the
 * locked thread rows, inserts messages and their events. A closed thread takes system lines only.
 * Parameters: $1 entries as JSON, $2 now in epoch milliseconds.
 */
export const STORE_BATCH = `
with input as (
  select * from json_to_recordset($1::json) as i(
    ord int, thread text, client text, sender text, name text, role text, type text, content jsonb,
    event uuid, cause uuid
  )
),
known as (
  select i.ord, t.conversation_id, m.*
  from input i
  join messages m on m.thread_id = i.thread and m.sender_raw_id = i.sender and m.client_message_id = i.client
  join threads t on t.id = i.thread
),
fresh as (
  select i.*, (row_number() over (partition by i.thread order by i.ord))::int as n
  from input i
  join threads t on t.id = i.thread and (not t.locked or i.type = 'system')
  where not exists (select 1 from known k where k.ord = i.ord)
),
counts as (
  select thread, count(*)::int as n from fresh group by thread
),
bumped as (
  update threads t set
    last_sequence_id = t.last_sequence_id + c.n,
    last_version = t.last_version + c.n,
    last_message_id = greatest(t.last_message_id, $2::bigint - 1) + c.n
  from counts c
  where t.id = c.thread
  returning t.id, t.conversation_id, t.last_sequence_id - c.n as sequence_base,
    t.last_version - c.n as version_base, t.last_message_id - c.n as message_base
),
placed as (
  select f.*, b.conversation_id, b.sequence_base + f.n as sequence_id, b.version_base + f.n as version,
    b.message_base + f.n as message_id
  from fresh f join bumped b on b.id = f.thread
),
stored as (
  insert into messages (thread_id, message_id, sequence_id, version, type, state, sender_raw_id, sender_name,
    sender_role, client_message_id, content, created_on)
  select thread, message_id, sequence_id, version, type, 'sent', sender, name, role, client, content,
    to_timestamp($2::double precision / 1000)
  from placed
),
told as (
  insert into outbox (id, name, version, occurred_at, causation_id, conversation_id, payload)
  select event, 'message.sent', 1, to_timestamp($2::double precision / 1000), cause, conversation_id,
    jsonb_build_object('conversationId', conversation_id, 'threadId', thread, 'messageId', message_id::text,
      'sequenceId', sequence_id, 'sender', nullif(sender, ''), 'senderRole', role, 'type', type)
  from placed
  order by ord
)
select ord, conversation_id as conversation, message_id::text as message, sequence_id as sequence, version,
  null::json as known
from placed
union all
select ord, conversation_id, message_id::text, sequence_id, version, json_build_object(
  'type', type, 'senderRawId', sender_raw_id, 'senderName', sender_name, 'senderRole', sender_role,
  'content', content, 'createdOn', created_on, 'editedOn', edited_on, 'deletedOn', deleted_on)
from known`

type Row = {
  ord: number
  conversation: string
  message: string
  sequence: number
  version: number
  known: KnownRow | null
}

type KnownRow = {
  type: string
  senderRawId: string
  senderName: string | null
  senderRole: ParticipantRole | null
  content: MessageContent
  createdOn: string
  editedOn: string | null
  deletedOn: string | null
}

/** Writes entries with `STORE_BATCH`; results in the order of the entries, null where a thread takes none. */
export async function storeBatch(
  run: RunStatement,
  entries: readonly JournalEntry[],
  nowMs: number,
): Promise<(StoredMessage | null)[]> {
  const input = entries.map((entry, ord) => ({
    ord,
    thread: entry.threadId,
    client: entry.clientMessageId,
    sender: entry.sender?.rawId ?? '',
    name: entry.sender?.displayName ?? null,
    role: entry.sender?.role ?? null,
    type: entry.type,
    content: entry.content,
    event: entry.eventId,
    cause: entry.causationId,
  }))
  const rows = (await run(STORE_BATCH, [JSON.stringify(input), nowMs])) as Row[]
  const results: (StoredMessage | null)[] = entries.map(() => null)
  for (const row of rows) {
    const entry = entries[row.ord] as JournalEntry
    results[row.ord] = row.known === null ? justStored(row, entry, nowMs) : foundAgain(row, row.known, entry)
  }
  return results
}

function justStored(row: Row, entry: JournalEntry, nowMs: number): StoredMessage {
  const createdOn = new Date(nowMs).toISOString()
  const conversationId = row.conversation as ConversationId
  const message: ChatMessage = {
    id: row.message as MessageId,
    threadId: entry.threadId,
    type: entry.type,
    sequenceId: row.sequence,
    version: row.version,
    sender: entry.sender,
    content: entry.content,
    clientMessageId: entry.clientMessageId,
    createdOn,
    editedOn: null,
    deletedOn: null,
  }
  return {
    message,
    conversationId,
    event: {
      id: entry.eventId,
      name: 'message.sent',
      version: 1,
      occurredAt: createdOn,
      causationId: entry.causationId,
      payload: {
        conversationId,
        threadId: entry.threadId,
        messageId: message.id,
        sequenceId: message.sequenceId,
        sender: entry.sender?.rawId ?? null,
        senderRole: entry.sender?.role ?? null,
        type: entry.type,
      },
    },
  }
}

function foundAgain(row: Row, known: KnownRow, entry: JournalEntry): StoredMessage {
  return {
    conversationId: row.conversation as ConversationId,
    event: null,
    message: presentMessage({
      ...known,
      threadId: entry.threadId,
      messageId: row.message,
      sequenceId: row.sequence,
      version: row.version,
      clientMessageId: entry.clientMessageId,
      createdOn: new Date(known.createdOn),
      editedOn: known.editedOn === null ? null : new Date(known.editedOn),
      deletedOn: known.deletedOn === null ? null : new Date(known.deletedOn),
    }),
  }
}

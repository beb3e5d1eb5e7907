import type { SipResponse } from '../message/message.types.ts'
import type { IncomingResponse } from '../transaction/incoming.ts'
import type { OutgoingRequest, RequestSender, RequestUser, SentRequest } from '../transport/request-sender.ts'

/** What was challenged. */
export type ChallengedRequest = {
  method: string
  requestUri: string
  body: Uint8Array
  /** Whose credentials: what the owner named when it made the request. */
  account: string | undefined
  /** How often this request was challenged before. */
  attempt: number
}

/** The credentials port; a digest client is one. Headers are flat: `Authorization`, value. @source RFC 3261 §22 */
export type CredentialsPort = {
  /** What answers a 401 or 407, or undefined to let it stand. */
  answer(challenge: SipResponse, request: ChallengedRequest): readonly string[] | undefined
  /** What to send at once to save the challenge; asked for requests that name an account. */
  headersFor?(request: ChallengedRequest): readonly string[]
}

/** Sends requests and answers the challenges they meet. */
export type AuthenticatedSender = {
  send(
    outgoing: OutgoingRequest,
    identity: { account: string | undefined; nextSequence: () => number },
    user: RequestUser & { authorized?: (headers: readonly string[]) => void },
  ): SentRequest
}

/** A proxy and then the server may challenge, each once, and each may find its nonce stale. */
const mostChallenges = 4

/** Creates the sender. @source RFC 3261 §22.2: a new CSeq, the same Call-ID, From and To */
export function createAuthenticatedSender(
  sender: RequestSender,
  credentials: CredentialsPort | undefined,
): AuthenticatedSender {
  return {
    send(outgoing, identity, user) {
      let attempt = 0
      let current: SentRequest
      let cancelled = false
      const { account } = identity
      const { method, requestUri, body } = outgoing
      let answers =
        (account !== undefined &&
          credentials?.headersFor?.({ method, requestUri, body, account, attempt })) ||
        []
      const request =
        answers.length === 0 ? outgoing : { ...outgoing, headers: [...outgoing.headers, ...answers] }
      if (answers.length > 0) user.authorized?.(answers)

      const response = (incoming: IncomingResponse) => {
        const { message } = incoming
        const challenged = message.status === 401 || message.status === 407
        if (challenged && !cancelled && attempt < mostChallenges) {
          const added = credentials?.answer(message, { method, requestUri, body, account, attempt })
          if (added !== undefined) {
            attempt++
            answers = merge(answers, added)
            const headers = rewritten(outgoing.headers, identity.nextSequence(), method, answers)
            user.authorized?.(answers)
            current = sender.send({ ...outgoing, headers }, { response, failed: cause => user.failed(cause) })
            return
          }
        }
        user.response(incoming, sent)
      }
      const sent: SentRequest = {
        get request() {
          return current.request
        },
        get target() {
          return current.target
        },
        cancel(reason) {
          cancelled = true
          current.cancel(reason)
        },
        abandon: () => current.abandon(),
      }
      current = sender.send(request, { response, failed: cause => user.failed(cause) })
      return sent
    },
  }
}

/** A new answer takes the place of an older one to the same kind of challenge. */
function merge(old: readonly string[], added: readonly string[]): string[] {
  const names = added.filter((_, index) => index % 2 === 0)
  const kept: string[] = []
  for (let i = 0; i < old.length; i += 2) {
    if (!names.includes(old[i] ?? '')) kept.push(old[i] ?? '', old[i + 1] ?? '')
  }
  return [...kept, ...added]
}

function rewritten(
  headers: readonly string[],
  sequence: number,
  method: string,
  added: readonly string[],
): string[] {
  const result = [...headers]
  for (let i = 0; i < result.length; i += 2) if (result[i] === 'CSeq') result[i + 1] = `${sequence} ${method}`
  result.push(...added)
  return result
}

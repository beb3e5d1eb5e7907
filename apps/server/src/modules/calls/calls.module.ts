import type { Bus, Clock, Database, Ids, Log, Metrics, SocketHub, UnitOfWork } from '../../platform/index.ts'
import type { FlowsService } from '../flows/index.ts'
import type { RoutingModule } from '../routing/index.ts'
import { createCallTeller } from './call.teller.ts'
import type {
  CallNumbersPort,
  CallsConversationsPort,
  PhoneConversationsPort,
  PromptFilesPort,
} from './calls.ports.ts'
import { createCallsRepository } from './calls.repository.ts'
import { bindCallSocket } from './calls.routes.ts'
import { type CallsService, createCallsService } from './calls.service.ts'
import type { MediaPort } from './media.ports.ts'
import type { PhonePort } from './phone.ports.ts'
import { promptTexts } from './prompt-texts.ts'
import type { SpeechPort } from './speech.ports.ts'

/** The front door of calls. */
export type CallsModule = CallsService & {
  register(doors: { hub: SocketHub }): void
  /** Takes up the calls of the last server. Start routing first. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Resolves when every call has done all it was told; for tests. */
  settled(): Promise<void>
}

/** What calls are built on. */
export type CallsModuleDeps = {
  db: Database
  bus: Bus
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  log: Log
  metrics: Metrics
  media: MediaPort
  speech: SpeechPort
  phones: PhonePort
  numbers: CallNumbersPort
  phoneConversations: PhoneConversationsPort
  files: PromptFilesPort
  flows: FlowsService
  routing: RoutingModule
  conversations: CallsConversationsPort
}

/** Calls: rooms with people and applications in them. */
export function createCallsModule(deps: CallsModuleDeps): CallsModule {
  const { bus, clock, log, routing, media, speech } = deps
  const doors: { hub: SocketHub | null } = { hub: null }
  const stops: (() => void)[] = []
  const teller = createCallTeller({ ...deps, routingSettled: routing.conversationSettled })
  const service = createCallsService({
    ...deps,
    repository: createCallsRepository(deps.db),
    teller,
    show: (rawId, call) => doors.hub?.publish(doors.hub.personTopic(rawId), 'call.changed', { call }),
    askToRejoin: (rawId, callId) =>
      doors.hub?.publish(doors.hub.personTopic(rawId), 'call.rejoinNeeded', { callId }),
    showTone: (rawId, callId, tone) =>
      doors.hub?.publish(doors.hub.personTopic(rawId), 'call.toneReceived', { callId, tone }),
    isTabOpen: (rawId, tabId) =>
      doors.hub?.connectionsOf(rawId).some(connection => connection.tabId === tabId) ?? false,
  })
  const reconcile = () => {
    service.reconcile().catch(error => log.error({ err: error }, 'calls and jobs could not be compared'))
  }

  /** Speaks ahead of time what callers are likely to hear; the first of them waits for nothing. */
  async function prepareSpeech(): Promise<void> {
    for (const request of promptTexts(await deps.flows.documents())) {
      if (stopped) return
      await speech.synthesise(request)
    }
  }
  const speakAhead = () => {
    prepareSpeech().catch(error => log.warn({ err: error }, 'prompts could not be spoken ahead'))
  }
  let stopped = false

  return {
    ...service,
    register({ hub }) {
      doors.hub = hub
      bindCallSocket(hub, service)
      hub.onConnect(connection => {
        // The welcome goes out first: a client listens only after it.
        clock.after(0, () =>
          service.onConnected(connection.principal.rawId, callId =>
            connection.tell('call.rejoinNeeded', { callId }),
          ),
        )
      })
    },
    async start() {
      stops.push(
        media.onEvent(service.onMedia),
        media.onLost(service.onMediaLost),
        deps.phones.onEvent(service.onPhone),
        bus.on(['conversation.closed'], event => service.endOf(event.payload.conversationId, 'remoteHungUp')),
        bus.on(['offer.declined', 'offer.expired', 'offer.revoked'], event =>
          service.onOfferEnded(event.payload.conversationId, event.payload.offerId),
        ),
        bus.on(['application.updated'], speakAhead),
      )
      routing.onSignal(service.onSignal)
      await service.restore()
      routing.onReady(reconcile)
      reconcile()
      speakAhead()
    },
    async stop() {
      stopped = true
      for (const stop of stops) stop()
      service.stop()
    },
  }
}

import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createOpenApiDocument } from '@guichet/contract/openapi'
import { DomainError } from '@guichet/domain'
import { sql } from 'kysely'
import { createIpcMedia } from './adapters/media/index.ts'
import { createNumberPlan } from './adapters/numbering/index.ts'
import { createSecretBox, digestHash } from './adapters/secrets/index.ts'
import { createNoPhones, createSipPhones } from './adapters/sip/index.ts'
import { createEspeakSpeech } from './adapters/speech/index.ts'
import { createFileSystemStorage } from './adapters/storage/filesystem.ts'
import { createBotsModule } from './modules/bots/index.ts'
import { type CallsModule, createCallsModule } from './modules/calls/index.ts'
import { createChatModule } from './modules/chat/index.ts'
import { createContactsService } from './modules/contacts/index.ts'
import {
  createConversationsModule,
  createIceServers,
  createWidgetSettings,
} from './modules/conversations/index.ts'
import { createDeskModule } from './modules/desk/index.ts'
import { createFlowsModule, type FlowsModule } from './modules/flows/index.ts'
import { createIdentityModule, loadSecrets } from './modules/identity/index.ts'
import { createPromptsModule } from './modules/prompts/index.ts'
import { createQueuesModule } from './modules/queues/index.ts'
import { createRoutingModule, type RoutingModule } from './modules/routing/index.ts'
import { createSupervisionModule } from './modules/supervision/index.ts'
import { createTelephonyModule } from './modules/telephony/index.ts'
import {
  type Config,
  createBus,
  createHttpServer,
  createLoopbackHostCheck,
  createMetrics,
  createOutboxRetention,
  createRouteBinder,
  createSocketHub,
  createTasks,
  createUnitOfWork,
  isLoopback,
  type Log,
  migrate,
  openDatabase,
  StartupError,
  serveHealth,
  serveWebApps,
  startServing,
  systemClock,
  systemIds,
} from './platform/index.ts'
import { seedDemo, seedStarter } from './seed/index.ts'

/** A composed server. */
export type Server = {
  /** Opens the doors; resolves with the address people use. @throws StartupError when the port is taken. */
  listen(): Promise<string>
  /** Closes doors first, then works down; everything accepted is stored. */
  stop(): Promise<void>
  /** Code for making the first administrator; null when there is one, or in demo mode. */
  setupCode: string | null
}

/** Told by the API document. */
const VERSION = '0.1.0'
/** Part of what desk phones' passwords are hashed with: another realm would lock them all out. */
const SIP_REALM = 'guichet'
const root = join(import.meta.dirname, '../../..')

/** The only place where modules and adapters meet. */
export async function composeServer(options: {
  config: Config
  log: Log
  connectionString: string
  /** Called when another server serves this database: this one waits to take over. */
  onStandby(): void
  /** Called when another server has taken over: this one must end. */
  onTaken(): void
}): Promise<Server> {
  const { config, log } = options
  const clock = systemClock
  const ids = systemIds
  const metrics = createMetrics()
  const { db, pool } = openDatabase(options.connectionString, log)
  const { onStandby, onTaken } = options
  const serving = await startServing({ pool, clock, log, onStandby, onTaken })
  await migrate(pool, join(root, 'apps/server/migrations'))
  const bus = createBus(log)
  const uow = createUnitOfWork({ db, bus, clock, ids, metrics })
  const base = { db, pool, bus, uow, clock, ids, log, metrics }

  const storage = createFileSystemStorage(join(config.dataDir, 'files'))
  const settings = createWidgetSettings({ db, clock, publicUrl: config.publicUrl })
  const secrets = loadSecrets(config.dataDir, ids)
  const identity = createIdentityModule({
    ...base,
    config,
    secrets,
    isOriginAllowed: settings.isOriginAllowed,
  })
  const { staff } = identity
  const iceServers = createIceServers({ urls: config.turnUrls, secret: config.turnSecret, clock })

  const { chat, ...chatModule } = createChatModule({ ...base, storage })
  const contacts = createContactsService(base)
  // Routing and calls are built on conversations, which in turn show what those two know.
  const later: { routing?: RoutingModule; calls?: CallsModule } = {}
  const { conversations, ...conversationsModule } = createConversationsModule({
    ...base,
    chat,
    contacts,
    visitorTokens: identity.visitorTokens,
    settings,
    iceServers,
    history: {
      callsOf: async ids => later.calls?.callsOf(ids) ?? new Map(),
      wrapUpsOf: async ids => routingOf().wrapUpsOf(ids),
    },
    calls: { viewForVisitor: async callId => later.calls?.viewForVisitor(callId) ?? null },
    answerTime: { usuallyAnswersInMs: async () => null },
    idleMs: config.botIdleMs,
  })
  const routingOf = () => {
    if (later.routing === undefined) throw new DomainError('unavailable', 'The router is not running yet')
    return later.routing
  }
  const queues = createQueuesModule({
    db,
    uow,
    staff,
    live: {
      figures: queueId => routingOf().figures(queueId),
      isOptedIn: (queueId, workerId) => routingOf().isOptedIn(queueId, workerId),
    },
  })
  const routing = createRoutingModule({ ...base, queues, staff, conversations })
  later.routing = routing
  const prompts = createPromptsModule({
    ...base,
    storage: createFileSystemStorage(join(config.dataDir, 'sounds')),
    users: { usersOfSounds: () => flows.usersOfSounds() },
    speech: { speak: async request => readFile((await speech.synthesise(request)).path) },
  })
  const flows: FlowsModule = createFlowsModule({ ...base, queues, sounds: prompts })
  const media = createIpcMedia({
    settings: {
      udpPort: config.mediaPort,
      bindAddress: config.mediaBindAddress,
      announcedAddress: config.mediaAnnouncedAddress,
      phonePorts: config.mediaPhonePorts,
      logLevel: config.logLevel,
    },
    clock,
    log,
  })
  const speech = createEspeakSpeech({
    promptsDir: join(config.dataDir, 'prompts'),
    command: config.ttsCommand,
    clock,
    ids,
    log,
  })
  const telephony = createTelephonyModule({
    ...base,
    plan: createNumberPlan(),
    secrets: createSecretBox(secrets.authSecret),
    staff,
    applications: { has: async id => (await flows.views()).some(view => view.id === id) },
    hash: digestHash,
    realm: SIP_REALM,
  })
  const sip =
    config.sipPort === 0
      ? null
      : createSipPhones({
          settings: {
            bindAddress: config.sipBindAddress,
            port: config.sipPort,
            announcedHost: config.sipAnnouncedAddress ?? config.sipBindAddress,
            realm: SIP_REALM,
            phoneNetworks: config.sipPhoneNetworks,
            letsNearbyCall: config.demo,
          },
          directory: {
            trunks: () => telephony.trunks.accounts(),
            device: username => telephony.devices.account(username),
          },
          hashes: digestHash,
          clock,
          log,
        })
  const calls = createCallsModule({
    ...base,
    media,
    speech,
    phones: sip ?? createNoPhones(),
    numbers: telephony.callNumbers,
    phoneConversations: conversationsModule,
    files: prompts,
    flows,
    routing,
    conversations,
  })
  later.calls = calls
  const desk = createDeskModule({ ...base, routing, calls, conversations, iceServers })
  const supervision = createSupervisionModule({ queues, routing })
  const bots = createBotsModule({
    ...base,
    chat,
    conversations,
    brandName: async () => (await settings.get()).brandName,
  })

  const isHostKnown =
    config.demo && isLoopback(config.host) ? { isHostKnown: createLoopbackHostCheck(config.publicUrl) } : {}
  const app = await createHttpServer({
    ...isHostKnown,
    log,
    ids,
    metrics,
    trustProxy: config.trustProxy,
    isOriginAllowed: settings.isOriginAllowed,
  })
  const bind = createRouteBinder(app, identity.authenticateHttp)
  const hub = createSocketHub({
    ...isHostKnown,
    server: app.server,
    authenticate: identity.authenticateSocket,
    trustProxy: config.trustProxy,
    clock,
    ids,
    log,
    metrics,
  })
  identity.register({ app, bind, hub })
  chatModule.register({ bind, hub })
  conversationsModule.register({ bind, hub })
  queues.register({ bind })
  routing.register({ hub })
  flows.register({ bind })
  prompts.register({ bind })
  calls.register({ hub })
  desk.register({ hub })
  supervision.register({ hub })
  telephony.register({ bind })
  bots.register({ bind })
  serveHealth(app, {
    metrics,
    metricsToken: config.metricsToken,
    checks: {
      database: async () => void (await sql`select 1`.execute(db)),
      media: async () => {
        if (!media.processes().some(process => process.isReady)) throw new Error('no media process is ready')
      },
    },
  })
  const openApi = createOpenApiDocument(VERSION)
  app.get('/openapi.json', async () => openApi)
  await serveWebApps(app, {
    console: join(root, 'apps/console/dist'),
    widget: join(root, 'apps/widget/dist'),
    demo: join(root, 'apps/widget/demo'),
  })

  if (config.demo)
    await seedDemo({ staff, knowledge: bots.knowledge, settings, queues, routing, flows, telephony })
  else await seedStarter({ queues, flows })
  await Promise.all([routing.start(), media.start()])
  await calls.start()
  await sip?.start().catch(error => {
    throw explainSip(error, config)
  })
  bus.on(['trunk.saved', 'trunk.deleted'], () => {
    sip?.refreshTrunks().catch(error => log.error({ err: error }, 'trunks could not be read anew'))
  })
  bots.start()
  const tasks = createTasks({
    pool,
    clock,
    log,
    tasks: [createOutboxRetention({ db, clock, keepDays: config.outboxKeepDays }), ...chatModule.tasks],
  })
  tasks.start()
  conversationsModule.idleCloser.start()

  return {
    setupCode: await identity.setupCode(),
    async listen() {
      try {
        await app.listen({ host: config.host, port: config.port })
      } catch (error) {
        throw explainListen(error, config)
      }
      const { port } = app.server.address() as AddressInfo
      return config.publicUrl ?? `http://${hostInAddress(config.host)}:${port}`
    },
    async stop() {
      await hub.stop()
      await app.close()
      await tasks.stop()
      await bots.stop()
      await conversationsModule.idleCloser.stop()
      await calls.stop()
      await sip?.stop()
      await Promise.all([routing.stop(), media.stop()])
      speech.stop()
      await chatModule.stop()
      serving.stop()
      await db.destroy()
    },
  }
}

/** A host as it stands in an address: `localhost` where that reaches us, the host itself where nothing else does. */
function hostInAddress(host: string): string {
  if (isLoopback(host) || host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function explainSip(error: unknown, { sipPort, sipBindAddress }: Config): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE')
    return new StartupError(
      `Port ${sipPort} for telephones is taken; stop what listens there, or choose another SIP_PORT (0 for none).`,
    )
  if (code === 'EACCES')
    return new StartupError(`SIP_PORT ${sipPort} may not be used by this account; choose one above 1023.`)
  if (code === 'EADDRNOTAVAIL')
    return new StartupError(`SIP_BIND_ADDRESS ${sipBindAddress} is not an address of this machine.`)
  return error
}

function explainListen(error: unknown, { host, port }: Config): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') {
    return new StartupError(`Port ${port} is taken; stop what listens there, or choose another PORT.`)
  }
  if (code === 'EACCES')
    return new StartupError(`Port ${port} may not be used by this account; choose a PORT above 1023.`)
  if (code === 'EADDRNOTAVAIL') return new StartupError(`HOST ${host} is not an address of this machine.`)
  return error
}

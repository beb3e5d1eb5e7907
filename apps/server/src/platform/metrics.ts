import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Prometheus metrics of this process. */
export type Metrics = {
  registry: Registry
  socketConnections: Gauge<'kind'>
  socketRequests: Counter<'method' | 'outcome'>
  socketRequestSeconds: Histogram<'method'>
  httpRequestSeconds: Histogram<'route' | 'status'>
  messagesStored: Counter
  outboxEvents: Counter<'name'>
  calls: Gauge<'state'>
  offers: Counter<'outcome'>
  jobsWaiting: Gauge<'queue'>
}

/** Creates every metric once. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
  return {
    registry,
    socketConnections: new Gauge({
      name: 'guichet_socket_connections',
      help: 'Open sockets by kind of principal',
      labelNames: ['kind'],
      registers,
    }),
    socketRequests: new Counter({
      name: 'guichet_socket_requests_total',
      help: 'Socket requests by method and outcome',
      labelNames: ['method', 'outcome'],
      registers,
    }),
    socketRequestSeconds: new Histogram({
      name: 'guichet_socket_request_seconds',
      help: 'Time to answer a socket request',
      labelNames: ['method'],
      buckets,
      registers,
    }),
    httpRequestSeconds: new Histogram({
      name: 'guichet_http_request_seconds',
      help: 'Time to answer an HTTP request',
      labelNames: ['route', 'status'],
      buckets,
      registers,
    }),
    messagesStored: new Counter({
      name: 'guichet_messages_stored_total',
      help: 'Chat messages stored',
      registers,
    }),
    outboxEvents: new Counter({
      name: 'guichet_outbox_events_total',
      help: 'Events written to the outbox',
      labelNames: ['name'],
      registers,
    }),
    calls: new Gauge({ name: 'guichet_calls', help: 'Calls by state', labelNames: ['state'], registers }),
    offers: new Counter({
      name: 'guichet_offers_total',
      help: 'Offers by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    jobsWaiting: new Gauge({
      name: 'guichet_jobs_waiting',
      help: 'Jobs waiting',
      labelNames: ['queue'],
      registers,
    }),
  }
}

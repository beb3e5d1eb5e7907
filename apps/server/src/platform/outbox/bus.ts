import type { DomainEventName, EventEnvelope } from '@guichet/contract'
import type { Log } from '../log.ts'

/** Delivers committed events inside this process, at once and at most once. Durable work uses the outbox consumer. */
export type Bus = {
  on<N extends DomainEventName>(
    names: readonly N[],
    listener: (event: EventEnvelope<N>) => void | Promise<void>,
  ): () => void
  publish(events: readonly EventEnvelope[]): void
  /** Called after each publication, whatever the names. */
  onAny(listener: (events: readonly EventEnvelope[]) => void): () => void
}

type Listener = (event: EventEnvelope) => void | Promise<void>

/** A bus whose listeners cannot harm each other or the publisher. */
export function createBus(log: Log): Bus {
  const listeners = new Map<string, Set<Listener>>()
  const anyListeners = new Set<(events: readonly EventEnvelope[]) => void>()

  function deliver(listener: Listener, event: EventEnvelope): void {
    const failed = (error: unknown) =>
      log.error({ err: error, event: event.name, eventId: event.id }, 'event listener failed')
    try {
      const result = listener(event)
      if (result instanceof Promise) result.catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  return {
    on(names, listener) {
      const untyped = listener as unknown as Listener
      for (const name of names) {
        const set = listeners.get(name) ?? new Set()
        set.add(untyped)
        listeners.set(name, set)
      }
      return () => {
        for (const name of names) listeners.get(name)?.delete(untyped)
      }
    },
    onAny(listener) {
      anyListeners.add(listener)
      return () => anyListeners.delete(listener)
    },
    publish(events) {
      for (const event of events) {
        for (const listener of listeners.get(event.name) ?? []) deliver(listener, event)
      }
      for (const listener of anyListeners) {
        try {
          listener(events)
        } catch (error) {
          log.error({ err: error }, 'bus listener failed')
        }
      }
    },
  }
}

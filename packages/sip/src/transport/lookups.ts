import type { TransportProtocol } from '../message/message.types.ts'
import type { RandomSource } from '../transaction/branch.ts'
import type { Destination, DnsAnswer, DnsQuestion, Target } from './dns.ts'
import { type Resolution, resolve } from './resolver.ts'

/** Look-ups that wait for answers of the owner's DNS client. */
export type Lookups = {
  /** Calls `done` at once when no question is needed, else once all are answered; returns what gives the look-up up. */
  start(destination: Destination, done: (targets: Target[]) => void): () => void
  /** An answer to the question of this id; late and repeated ones do no harm. */
  answered(id: number, answer: DnsAnswer): void
  size(): number
}

/** Creates the look-ups; `ask` hands a question to the owner. */
export function createLookups(deps: {
  protocols: readonly TransportProtocol[]
  random: RandomSource
  ask(id: number, question: DnsQuestion): void
}): Lookups {
  const waiting = new Map<number, (answer: DnsAnswer) => void>()
  let lastId = 0

  const advance = (
    resolution: Resolution,
    answers: readonly DnsAnswer[],
    job: { ids: number[] },
    done: (targets: Target[]) => void,
  ) => {
    const step = resolution.next(answers)
    if (step.done === true) return done(step.value)
    const received: DnsAnswer[] = []
    let missing = step.value.length
    job.ids = step.value.map(() => ++lastId)
    step.value.forEach((question, index) => {
      const id = job.ids[index] as number
      waiting.set(id, answer => {
        waiting.delete(id)
        received[index] = answer
        if (--missing === 0) advance(resolution, received, job, done)
      })
      deps.ask(id, question)
    })
  }

  return {
    start(destination, done) {
      const job: { ids: number[] } = { ids: [] }
      advance(resolve(destination, deps), [], job, done)
      return () => {
        for (const id of job.ids) waiting.delete(id)
      }
    },
    answered: (id, answer) => waiting.get(id)?.(answer),
    size: () => waiting.size,
  }
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DomainError } from '../errors.ts'
import { accepts, finalStates, InvalidTransitionError, type Machine, transition } from './machine.ts'
import * as tables from './tables.ts'

type AnyMachine = Machine<string, string>

const machines = tables.machines as unknown as readonly AnyMachine[]

function eventsOf(machine: AnyMachine): string[] {
  return [...new Set(Object.values(machine.table).flatMap(row => Object.keys(row)))].sort()
}

function reachableFrom(machine: AnyMachine, start: string): Set<string> {
  const found = new Set([start])
  for (const state of found)
    for (const next of Object.values(machine.table[state] ?? {})) found.add(next as string)
  return found
}

/** States nothing leads out of, as the product means them: a change here changes what can be undone. */
const finals: Record<string, readonly string[]> = {
  conversation: [],
  message: ['deleted'],
  job: ['closed', 'cancelled'],
  offer: ['accepted', 'declined', 'expired', 'revoked'],
  assignment: ['closed'],
  call: ['disconnected'],
  participant: ['left'],
  leg: ['ended'],
}

describe('the list of machines', () => {
  it('holds every machine of the tables, each once', () => {
    const exported = Object.entries(tables).filter(([name]) => name.endsWith('Machine'))
    assert.deepEqual(new Set(tables.machines), new Set(exported.map(([, machine]) => machine)))
    assert.equal(new Set(machines.map(({ name }) => name)).size, machines.length)
  })

  it('is covered by what this test expects of final states', () => {
    assert.deepEqual(machines.map(({ name }) => name).sort(), Object.keys(finals).sort())
  })
})

for (const machine of machines) {
  describe(`the ${machine.name} machine`, () => {
    const states = Object.keys(machine.table)
    const events = eventsOf(machine)

    for (const state of states) {
      for (const event of events) {
        const next = machine.table[state]?.[event]
        it(`${state} × ${event} → ${next ?? 'refused'}`, () => {
          assert.equal(accepts(machine, state, event), next !== undefined)
          if (next !== undefined) {
            assert.equal(transition(machine, state, event), next)
            assert.ok(states.includes(next), `${next} has no row of its own`)
            return
          }
          assert.throws(
            () => transition(machine, state, event),
            (error: unknown) => {
              assert.ok(error instanceof InvalidTransitionError && error instanceof DomainError)
              assert.equal(error.code, 'invalid-transition')
              assert.deepEqual(error.details, { machine: machine.name, state, event })
              return true
            },
          )
        })
      }
    }

    it('refuses an event no state knows, and names of the object prototype', () => {
      for (const state of states) {
        for (const event of ['noSuchEvent', '', 'toString', 'constructor', '__proto__']) {
          assert.throws(() => transition(machine, state, event), InvalidTransitionError)
          assert.equal(accepts(machine, state, event), false)
        }
      }
      assert.throws(() => transition(machine, 'constructor', 'name'), InvalidTransitionError)
    })

    it('reaches every state from its first', () => {
      assert.deepEqual([...reachableFrom(machine, machine.initial)].sort(), [...states].sort())
    })

    it('ends where the product says, and can always get there', () => {
      assert.deepEqual(finalStates(machine), finals[machine.name])
      if (finalStates(machine).length === 0) return
      for (const state of states) {
        const reachable = reachableFrom(machine, state)
        assert.ok(
          finalStates(machine).some(final => reachable.has(final)),
          `${state} has no way out`,
        )
      }
    })
  })
}

import { DomainError } from '../errors.ts'

/**
 * A state machine as data: for each state, the events it accepts and the state each leads to.
 * An expected straggler (a late timer) is written as a self-transition.
 */
export type StateTable<S extends string, E extends string> = {
  readonly [state in S]: { readonly [event in E]?: S }
}

/** A named table with the state every new object starts in. */
export type Machine<S extends string, E extends string> = {
  readonly name: string
  readonly initial: S
  readonly table: StateTable<S, E>
}

/** Thrown when an event reaches a state whose table does not list it. */
export class InvalidTransitionError extends DomainError {
  constructor(machine: string, state: string, event: string) {
    super('invalid-transition', `${machine} in state "${state}" does not accept "${event}"`, {
      details: { machine, state, event },
    })
  }
}

type KeysOfUnion<T> = T extends unknown ? keyof T & string : never

/** Builds a machine; the compiler infers states and events from the table and rejects unknown states. */
export function defineMachine<
  const T extends { readonly [state in keyof T]: { readonly [event: string]: keyof T } },
>(name: string, initial: keyof T & string, table: T): Machine<keyof T & string, KeysOfUnion<T[keyof T]>> {
  return { name, initial, table: table as StateTable<keyof T & string, KeysOfUnion<T[keyof T]>> }
}

/** What the table itself lists: names of the object prototype are events of no machine. */
function listed(table: object, state: string, event: string): unknown {
  if (!Object.hasOwn(table, state)) return undefined
  const row = (table as Record<string, Record<string, unknown>>)[state]
  return row !== undefined && Object.hasOwn(row, event) ? row[event] : undefined
}

/**
 * The state that follows.
 * @throws InvalidTransitionError `invalid-transition` when the table does not list the event.
 */
export function transition<S extends string, E extends string>(
  machine: Machine<S, E>,
  state: NoInfer<S>,
  event: NoInfer<E>,
): S {
  const next = listed(machine.table, state, event)
  if (next === undefined) throw new InvalidTransitionError(machine.name, state, event)
  return next as S
}

/** Whether the table lists the event for the state. */
export function accepts<S extends string, E extends string>(
  machine: Machine<S, E>,
  state: NoInfer<S>,
  event: NoInfer<E>,
): boolean {
  return listed(machine.table, state, event) !== undefined
}

/** States that accept no event that leads elsewhere. */
export function finalStates<S extends string, E extends string>(machine: Machine<S, E>): S[] {
  return (Object.keys(machine.table) as S[]).filter(state =>
    Object.values(machine.table[state]).every(next => next === state),
  )
}

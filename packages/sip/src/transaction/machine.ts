/** For each state the events it accepts, and the state each leads to. An expected straggler leads to the state itself. */
export type StateTable<S extends string, E extends string> = {
  readonly [state in S]: { readonly [event in E]?: S }
}

/** A named table with the state every new object starts in; data, so that diagrams can be drawn from it. */
export type Machine<S extends string, E extends string> = {
  readonly name: string
  readonly initial: S
  readonly table: StateTable<S, E>
}

type KeysOfUnion<T> = T extends unknown ? keyof T & string : never

/** Builds a machine; the compiler infers states and events from the table and rejects unknown states. */
export function defineMachine<
  const T extends { readonly [state in keyof T]: { readonly [event: string]: keyof T } },
>(name: string, initial: keyof T & string, table: T): Machine<keyof T & string, KeysOfUnion<T[keyof T]>> {
  return { name, initial, table: table as StateTable<keyof T & string, KeysOfUnion<T[keyof T]>> }
}

/**
 * The state that follows, or undefined when the state does not accept the event: what a peer sends out of place is
 * dropped, it is never an error of ours.
 */
export function nextState<S extends string, E extends string>(
  machine: Machine<S, E>,
  state: NoInfer<S>,
  event: NoInfer<E>,
): S | undefined {
  const row: { readonly [e in E]?: S } = machine.table[state]
  return row[event]
}

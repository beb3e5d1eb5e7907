/** Who listens to what; both directions, so that a closing connection leaves no trace. */
export type Topics<T> = {
  subscribe(member: T, topic: string): void
  unsubscribe(member: T, topic: string): void
  forget(member: T): void
  members(topic: string): ReadonlySet<T>
  of(member: T): ReadonlySet<string>
}

const nobody: ReadonlySet<never> = new Set()

/** An empty register. */
export function createTopics<T>(): Topics<T> {
  const byTopic = new Map<string, Set<T>>()
  const byMember = new Map<T, Set<string>>()

  function unsubscribe(member: T, topic: string): void {
    byMember.get(member)?.delete(topic)
    const members = byTopic.get(topic)
    if (members?.delete(member) && members.size === 0) byTopic.delete(topic)
  }

  return {
    subscribe(member, topic) {
      const topics = byMember.get(member) ?? new Set()
      topics.add(topic)
      byMember.set(member, topics)
      const members = byTopic.get(topic) ?? new Set()
      members.add(member)
      byTopic.set(topic, members)
    },
    unsubscribe,
    forget(member) {
      for (const topic of [...(byMember.get(member) ?? [])]) unsubscribe(member, topic)
      byMember.delete(member)
    },
    members: topic => byTopic.get(topic) ?? nobody,
    of: member => byMember.get(member) ?? nobody,
  }
}

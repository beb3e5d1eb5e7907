/** What the widget remembers between pages; forgets quietly where the browser forbids storage. */
export type Memory = {
  /** Kept for all tabs of this site. */
  readLasting(key: string): string | null
  writeLasting(key: string, value: string | null): void
  /** Kept for this tab only. */
  readTab(key: string): string | null
  writeTab(key: string, value: string | null): void
}

/** Memory in the page's own storage, under names that carry the server's address. */
export function createMemory(serverOrigin: string, open: { lasting(): Storage; tab(): Storage }): Memory {
  const name = (key: string) => `guichet:${serverOrigin}:${key}`
  function read(storage: () => Storage, key: string): string | null {
    try {
      return storage().getItem(name(key))
    } catch {
      return null
    }
  }
  function write(storage: () => Storage, key: string, value: string | null): void {
    try {
      if (value === null) storage().removeItem(name(key))
      else storage().setItem(name(key), value)
    } catch {
      // Private windows and full disks: the widget works on without memory.
    }
  }
  return {
    readLasting: key => read(open.lasting, key),
    writeLasting: (key, value) => write(open.lasting, key, value),
    readTab: key => read(open.tab, key),
    writeTab: (key, value) => write(open.tab, key, value),
  }
}

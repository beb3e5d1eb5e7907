import type pg from 'pg'

/** An advisory lock, held by a connection of its own until it is released or the connection is lost. */
export type HeldLock = { release(): void }

/** The database notices within some 15 s that the machine of a holder is gone, and not after hours. */
const KEEP_ALIVE =
  'set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 3; set tcp_keepalives_count = 3'

/**
 * Takes an advisory lock for this session, without waiting; null when somebody else holds it. `onLost` is called at
 * most once, when the connection of a lock that was taken ends before the release.
 * @throws what the driver throws when the database cannot be reached
 */
export async function tryHoldLock(
  pool: pg.Pool,
  lock: number,
  onLost: (error: Error) => void,
): Promise<HeldLock | null> {
  const client = await pool.connect()
  let isOver = false
  let isHeld = false
  const end = (destroy: boolean): boolean => {
    if (isOver) return false
    isOver = true
    client.off('error', lost)
    client.release(destroy)
    return true
  }
  function lost(error: Error): void {
    if (end(true) && isHeld) onLost(error)
  }
  client.on('error', lost)
  try {
    await client.query(KEEP_ALIVE)
    const { rows } = await client.query<{ won: boolean }>('select pg_try_advisory_lock($1) as won', [lock])
    isHeld = rows[0]?.won === true && !isOver
    if (isHeld) return { release: () => void end(true) }
    end(false)
    return null
  } catch (error) {
    end(true)
    throw error
  }
}

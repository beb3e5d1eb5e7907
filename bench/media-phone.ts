// Two-party G.711 calls of phones anchored in one core: grows the number of calls until packets are lost or the
// loop lags.
import { printConditions, printMeasurement, startRig } from './media/rig.ts'

const levels = (process.argv[2] ?? '100,300,500,600,700').split(',').map(Number)
/** The most that counts as "no loss": the edges of the measured window. */
const toleratedLoss = 0.001
const toleratedLagMs = 10
const openedTogether = 20

printConditions(
  'Two-party G.711 calls of phones in one core',
  'Asterisk 20–24 µs per forwarded packet on the same kind of machine',
  'plain RTP, two UDP ports a phone',
)
const rig = await startRig('phones')
let calls = 0
let reached = 0
for (const level of levels) {
  while (calls < level) {
    const together = Math.min(openedTogether, level - calls)
    await Promise.all(Array.from({ length: together }, () => rig.addRoom(2, 2)))
    calls += together
  }
  const measured = await rig.measure(1)
  printMeasurement(measured)
  if (measured.lossRatio > toleratedLoss || measured.lagP99Ms >= toleratedLagMs) break
  reached = level
}
console.log(`${reached} calls without loss at a loop lag p99 below ${toleratedLagMs} ms (wanted: 500)`)
await rig.stop()
process.exit()

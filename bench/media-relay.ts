// Relayed two-party calls in one core: grows the number of calls until packets are lost or the loop lags.
import { printConditions, printMeasurement, startRig } from './media/rig.ts'

const levels = (process.argv[2] ?? '100,200,300,350').split(',').map(Number)
/** The most that counts as "no loss": the edges of the measured window. */
const toleratedLoss = 0.001
const toleratedLagMs = 10

printConditions(
  'Relayed two-party Opus calls in one core',
  'Janus 1.1.2 36–53 µs per relayed packet, werift 63–75 µs, on the same kind of machine',
)
const rig = await startRig()
let calls = 0
let reached = 0
for (const level of levels) {
  while (calls < level) {
    await rig.addRoom(2, 2)
    calls++
  }
  const measured = await rig.measure(1)
  printMeasurement(measured)
  if (measured.lossRatio > toleratedLoss || measured.lagP99Ms >= toleratedLagMs) break
  reached = level
}
console.log(`${reached} calls without loss at a loop lag p99 below ${toleratedLagMs} ms (wanted: 300)`)
await rig.stop()
process.exit()

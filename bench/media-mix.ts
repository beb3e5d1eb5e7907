// Mixed Opus legs in one core: rooms of three, everyone speaking, until packets are lost or the loop lags.
import { printConditions, printMeasurement, startRig } from './media/rig.ts'

const legsPerRoom = 3
const levels = (process.argv[2] ?? '60,120,150,180').split(',').map(Number)
const toleratedLoss = 0.01
const toleratedLagMs = 20

printConditions(
  `Mixed Opus legs in one core: rooms of ${legsPerRoom}, all speaking`,
  'Janus 1.1.2 AudioBridge 163–248 µs per leg and frame: about 120 legs on the same kind of machine',
)
const rig = await startRig()
let legs = 0
let reached = 0
for (const level of levels) {
  while (legs < level) {
    await rig.addRoom(legsPerRoom, legsPerRoom)
    legs += legsPerRoom
  }
  // Every leg is sent one mixed packet for each it sends.
  const measured = await rig.measure(1)
  printMeasurement(measured)
  if (measured.lossRatio > toleratedLoss || measured.lagP99Ms >= toleratedLagMs) break
  reached = level
}
console.log(`${reached} mixed legs (wanted: 150)`)
await rig.stop()
process.exit()

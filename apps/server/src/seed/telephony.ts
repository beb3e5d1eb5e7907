import type { StaffService } from '../modules/identity/index.ts'
import type { TelephonyModule } from '../modules/telephony/index.ts'
import { demoApplications } from './applications.ts'
import { DEMO_PASSWORD } from './people.ts'

const numbers = [
  { number: '8000', name: 'Reception', applicationId: demoApplications.reception },
  { number: '8001', name: 'Support', applicationId: demoApplications.support },
]

/** The demo's numbers, 8000 the attendant and 8001 straight to the queue, and the desk phone of the first agent. */
export async function seedTelephony(telephony: TelephonyModule, staff: StaffService): Promise<void> {
  // What somebody changed or removed stays as they left it.
  if ((await telephony.numbers.list()).length > 0) return
  for (const { number, name, applicationId } of numbers) {
    await telephony.numbers.put({ number, name, target: { kind: 'application', applicationId } }, null)
  }
  const owner = (await staff.list()).find(({ email }) => email === 'agent1@demo.guichet')
  if (owner === undefined) return
  const device = { username: 'phone1', name: 'Desk phone 1', workerId: owner.id }
  await telephony.devices.seed(device, DEMO_PASSWORD)
}

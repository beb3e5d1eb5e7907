import type { TelephonyModule } from '../modules/telephony/index.ts'
import { demoApplications } from './applications.ts'

/** The demo's numbers: 8000 the attendant, 8001 straight to the queue; what somebody changed stays. */
export async function seedTelephony(telephony: TelephonyModule): Promise<void> {
  if ((await telephony.numbers.list()).length > 0) return
  const numbers = [
    { number: '8000', name: 'Reception', applicationId: demoApplications.reception },
    { number: '8001', name: 'Support', applicationId: demoApplications.support },
  ]
  for (const { number, name, applicationId } of numbers) {
    await telephony.numbers.put({ number, name, target: { kind: 'application', applicationId } }, null)
  }
}

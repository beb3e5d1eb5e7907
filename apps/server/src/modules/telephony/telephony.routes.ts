import { allow, type RouteBinder } from '../../platform/index.ts'
import type { DevicesService } from './devices.service.ts'
import type { NumbersService } from './numbers.service.ts'
import type { OutboundService } from './outbound.service.ts'
import { mayCheckNumbers, mayManageLines, mayManageNumbers, mayReadNumbers } from './telephony.policy.ts'
import type { TrunksService } from './trunks.service.ts'

/** Binds the HTTP routes of trunks, numbers, desk phones and outbound rules. */
export function bindTelephonyRoutes(
  bind: RouteBinder,
  services: {
    trunks: TrunksService
    numbers: NumbersService
    devices: DevicesService
    outbound: OutboundService
  },
): void {
  const { trunks, numbers, devices, outbound } = services

  bind('GET /api/trunks', async ({ principal }) => {
    allow(mayManageLines, principal, null, 'see trunks')
    return { value: await trunks.list() }
  })
  bind('POST /api/trunks', async ({ principal, input }) => {
    allow(mayManageLines, principal, null, 'add trunks')
    return trunks.add(input.body, principal.rawId)
  })
  bind('PATCH /api/trunks/:trunkId', async ({ principal, input }) => {
    allow(mayManageLines, principal, null, 'change trunks')
    return trunks.change(input.params.trunkId, input.body, principal.rawId)
  })
  bind('DELETE /api/trunks/:trunkId', async ({ principal, input }) => {
    allow(mayManageLines, principal, null, 'remove trunks')
    await trunks.remove(input.params.trunkId, principal.rawId)
    return {}
  })

  bind('GET /api/numbers', async ({ principal }) => {
    allow(mayReadNumbers, principal, null, 'see numbers')
    return { value: await numbers.list() }
  })
  bind('PUT /api/numbers/:number', async ({ principal, input }) => {
    allow(mayManageNumbers, principal, null, 'change numbers')
    return numbers.put({ number: input.params.number, ...input.body }, principal.rawId)
  })
  bind('DELETE /api/numbers/:number', async ({ principal, input }) => {
    allow(mayManageNumbers, principal, null, 'remove numbers')
    await numbers.remove(input.params.number, principal.rawId)
    return {}
  })

  bind('GET /api/devices', async ({ principal }) => {
    allow(mayManageLines, principal, null, 'see desk phones')
    return { value: await devices.list() }
  })
  bind('POST /api/devices', async ({ principal, input }) => {
    allow(mayManageLines, principal, null, 'add desk phones')
    return devices.add(input.body, principal.rawId)
  })
  bind('POST /api/devices/:deviceId/password', async ({ principal, input }) => {
    allow(mayManageLines, principal, null, 'give desk phones passwords')
    return devices.renewPassword(input.params.deviceId, principal.rawId)
  })
  bind('DELETE /api/devices/:deviceId', async ({ principal, input }) => {
    allow(mayManageLines, principal, null, 'remove desk phones')
    await devices.remove(input.params.deviceId, principal.rawId)
    return {}
  })

  bind('GET /api/settings/outbound', async ({ principal }) => {
    allow(mayManageLines, principal, null, 'see outbound rules')
    return outbound.rules()
  })
  bind('PUT /api/settings/outbound', async ({ principal, input }) => {
    allow(mayManageLines, principal, null, 'change outbound rules')
    return outbound.put(input.body, principal.rawId)
  })
  bind('POST /api/outbound/check', async ({ principal, input }) => {
    allow(mayCheckNumbers, principal, null, 'check numbers')
    return outbound.check(input.body.text, input.body.country)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registrationMachine } from '../endpoint/registration.ts'
import { type Machine, nextState } from '../transaction/machine.ts'
import {
  type Carrier,
  dialogMachine,
  incomingCallMachine,
  type Meaning,
  meaningOfDescription,
  type OfferAnswerState,
  offerAnswerMachine,
  outgoingCallMachine,
  referSubscriptionMachine,
  sessionTimerMachine,
} from './dialog.tables.ts'

/** Every state with every event of its machine; `-` stays silent. Rows are states, columns the events of the first line. */
function matrix(machine: Machine<string, string>): string[] {
  const events = [...new Set(Object.values(machine.table).flatMap(row => Object.keys(row)))].sort()
  const rows = Object.keys(machine.table).map(state =>
    [state, ...events.map(event => nextState(machine, state, event) ?? '-')].join(' '),
  )
  return [events.join(' '), ...rows]
}

const expected: [Machine<string, string>, string[]][] = [
  [
    dialogMachine,
    [
      'confirm provisional terminate',
      'early confirmed early terminated',
      'confirmed confirmed - terminated',
      'terminated - - terminated',
    ],
  ],
  [
    outgoingCallMachine,
    [
      'answer bye cancel fail hangup provisional retry',
      'calling confirmed - cancelling ended - proceeding calling',
      'proceeding confirmed - cancelling ended - proceeding calling',
      'cancelling ended - cancelling ended - cancelling -',
      'confirmed confirmed ended - ended ended - -',
      'ended ended ended ended ended ended ended -',
    ],
  ],
  [
    incomingCallMachine,
    [
      'accept ack bye cancel fail hangup noAck provisional reject',
      'received accepted - ended ended - - - received ended',
      'accepted - confirmed ended - ended releasing ended - -',
      'releasing - ended ended - ended releasing ended - -',
      'confirmed - confirmed ended - ended ended - - -',
      'ended - ended ended ended ended ended ended - -',
    ],
  ],
  [
    offerAnswerMachine,
    [
      'receiveAnswer receiveOffer refuse sendAnswer sendOffer',
      'none - firstOfferReceived - - firstOfferSent',
      'firstOfferSent agreed - none - -',
      'firstOfferReceived - - none agreed -',
      'agreed - offerReceived - - offerSent',
      'offerSent agreed - agreed - -',
      'offerReceived - - agreed agreed -',
    ],
  ],
  [
    referSubscriptionMachine,
    [
      'accept finish notify refuse',
      'pending active terminated active terminated',
      'active active terminated active terminated',
      'terminated terminated terminated terminated terminated',
    ],
  ],
  [
    sessionTimerMachine,
    [
      'due expire refreshByPeer refreshByUs stop',
      'off - - watching refreshing off',
      'refreshing refreshing off watching refreshing off',
      'watching - off watching refreshing off',
    ],
  ],
  [
    registrationMachine,
    [
      'accept refresh refuse remove retry',
      'registering registered - waiting removing registering',
      'registered - registering - removing -',
      'waiting - registering - ended -',
      'removing ended - ended - removing',
      'ended ended - ended - -',
    ],
  ],
]

for (const [machine, rows] of expected) {
  test(`${machine.name}: every state and event leads where it should`, () => {
    assert.deepEqual(matrix(machine), rows)
    assert.ok(machine.initial in machine.table)
  })
}

test('a description means what RFC 6337 table 1 says, in every state and by every carrier', () => {
  const letters: Record<Meaning, string> = {
    offer: 'O',
    answer: 'A',
    preview: 'p',
    repeat: 'r',
    glare: 'G',
    busy: 'B',
    stray: '-',
  }
  const carriers: Carrier[] = [
    'invite',
    'provisional',
    'reliable',
    'success',
    'ack',
    'prack',
    'prackSuccess',
    'update',
    'updateSuccess',
  ]
  const rows = (Object.keys(meaningOfDescription) as OfferAnswerState[]).map(
    state => `${carriers.map(carrier => letters[meaningOfDescription[state][carrier]]).join('')} ${state}`,
  )
  assert.deepEqual(rows, [
    'O-OO---O- none',
    'GpAAAAAGA firstOfferSent',
    'B------B- firstOfferReceived',
    'Orrr-O-O- agreed',
    'GpAAAAAGA offerSent',
    'B------B- offerReceived',
  ])
})

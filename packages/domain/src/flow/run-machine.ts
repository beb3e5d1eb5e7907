import { defineMachine } from '../state/machine.ts'

/**
 * One caller's way through voice applications. The events are the interpreter's moves; what arrives from
 * outside is turned into them by the reactions of `step`.
 */
export const applicationRunMachine = defineMachine('applicationRun', 'starting', {
  starting: {
    announce: 'announcing',
    offerMenu: 'menu',
    enqueue: 'queueing',
    transfer: 'transferring',
    end: 'ended',
  },
  announcing: {
    announce: 'announcing',
    offerMenu: 'menu',
    enqueue: 'queueing',
    transfer: 'transferring',
    end: 'ended',
  },
  menu: {
    announce: 'announcing',
    offerMenu: 'menu',
    enqueue: 'queueing',
    transfer: 'transferring',
    end: 'ended',
  },
  queueing: {
    announce: 'announcing',
    offerMenu: 'menu',
    enqueue: 'queueing',
    connect: 'connected',
    transfer: 'transferring',
    end: 'ended',
  },
  connected: { connect: 'connected', enqueue: 'queueing', end: 'ended' },
  transferring: { announce: 'announcing', offerMenu: 'menu', transfer: 'transferring', end: 'ended' },
  ended: {},
})

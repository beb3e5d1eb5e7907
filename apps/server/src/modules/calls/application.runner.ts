import type { Tone } from '@guichet/contract'
import type { LegId, QueueId } from '@guichet/domain'
import {
  type ApplicationLookup,
  type ApplicationRun,
  type RunCommand,
  type EndReason as RunEndReason,
  type RunEvent,
  startRun,
  step,
} from '@guichet/domain/flow'
import type { Clock } from '../../platform/index.ts'
import type { CallPlayer, Playback } from './call.player.ts'

/** What the runner asks of the call that it runs in. */
export type RunnerHost = {
  /** The caller's leg; null while there is none to play to. */
  callerLeg(): LegId | null
  /** Runs something in the call's own order. */
  later(action: () => Promise<void>): void
  saveRun(run: ApplicationRun): void
  /** The caller's leg is up: true when sound flows already. */
  isAnswered(): boolean
  showMenu(menu: { menuId: string; choices: { tone: Tone; label: string }[] } | null): void
  showWords(words: string | null): void
  enqueue(queueId: QueueId): Promise<RunEvent[]>
  dequeue(): Promise<void>
  offerChat(queueId: QueueId | null): void
  disconnect(reason: RunEndReason): void
}

/** Carries out one caller's application: events in, media and routing out. */
export type ApplicationRunner = {
  begin(applicationId: Parameters<typeof startRun>[0]): Promise<void>
  /** Gives an event to the interpreter and does what it asks, in order. Call only in the call's own order. */
  dispatch(event: RunEvent): Promise<void>
  /** A key of the caller, by sound or by click; says whether the application wanted it. */
  press(tone: Tone, by: 'key' | 'click'): Promise<boolean>
  /** Nothing plays any more: the media are gone. */
  mediaLost(): void
  /** The call is over: the run ends without doing anything more. */
  finish(how: 'callerHungUp' | 'callDisconnected'): void
  /** Lets go of timers and sounds. */
  stop(): void
}

type Recognition = {
  operationContext: string
  interruptPrompt: boolean
  silenceMs: number
  phase: 'prompting' | 'listening'
}

/** @see ApplicationRunner */
export function createApplicationRunner(deps: {
  host: RunnerHost
  player: CallPlayer
  applications: ApplicationLookup
  clock: Clock
  run: ApplicationRun | null
}): ApplicationRunner {
  const { host, player, applications, clock } = deps
  const timers = new Map<string, () => void>()
  let run = deps.run
  let playback: Playback | null = null
  let recognition: Recognition | null = null
  let menu: { menuId: string; choices: { tone: Tone; label: string }[] } | null = null

  async function dispatch(event: RunEvent): Promise<void> {
    const inbox: RunEvent[] = [event]
    for (let next = inbox.shift(); next !== undefined; next = inbox.shift()) {
      if (run === null) return
      const result = step(applications, run, next)
      run = result.run
      host.saveRun(run)
      for (const command of result.commands) inbox.push(...(await execute(command)))
    }
  }

  function report(event: RunEvent): void {
    host.later(() => dispatch(event))
  }

  function setTimer(timerId: string, afterMs: number): void {
    timers.get(timerId)?.()
    timers.set(
      timerId,
      clock.after(afterMs, () => {
        timers.delete(timerId)
        report({ kind: 'timerFired', timerId })
      }),
    )
  }

  function stopOperation(): void {
    recognition = null
    timers.get(SILENCE)?.()
    timers.delete(SILENCE)
    const last = playback
    playback = null
    last?.stop()
  }

  function play(operationContext: string, sources: Parameters<CallPlayer['play']>[1]): void {
    const legId = host.callerLeg()
    if (legId === null) {
      report({ kind: 'playFailed', operationContext })
      return
    }
    const mine = player.play(legId, sources, host.showWords)
    playback = mine
    void mine.done.then(outcome => {
      if (outcome === 'stopped') return
      host.later(async () => {
        if (playback !== mine) return
        playback = null
        await dispatch({ kind: outcome === 'completed' ? 'playCompleted' : 'playFailed', operationContext })
      })
    })
  }

  function recognize(command: Extract<RunCommand, { kind: 'recognize' }>): void {
    const mine: Recognition = {
      operationContext: command.operationContext,
      interruptPrompt: command.interruptPrompt,
      silenceMs: command.initialSilenceTimeoutMs,
      phase: 'prompting',
    }
    recognition = mine
    const legId = host.callerLeg()
    if (legId === null || command.prompts.length === 0) {
      listen(mine)
      return
    }
    const prompt = player.play(legId, command.prompts, host.showWords)
    playback = prompt
    void prompt.done.then(outcome => {
      if (outcome === 'stopped') return
      // Where the prompt cannot be heard, the menu still stands on the screen.
      host.later(async () => {
        if (playback === prompt) playback = null
        if (recognition === mine) listen(mine)
      })
    })
  }

  function listen(mine: Recognition): void {
    mine.phase = 'listening'
    timers.get(SILENCE)?.()
    timers.set(
      SILENCE,
      clock.after(mine.silenceMs, () => {
        timers.delete(SILENCE)
        host.later(async () => {
          if (recognition !== mine) return
          recognition = null
          await dispatch({
            kind: 'recognizeFailed',
            operationContext: mine.operationContext,
            reason: 'initialSilenceTimeout',
          })
        })
      }),
    )
  }

  /** Does what the interpreter asks; answers with what is known about it at once. */
  async function execute(command: RunCommand): Promise<RunEvent[]> {
    switch (command.kind) {
      case 'answer':
        return host.isAnswered() ? [{ kind: 'callConnected' }] : []
      case 'play':
        play(command.operationContext, command.sources)
        return []
      case 'recognize':
        recognize(command)
        return []
      case 'cancelAllMediaOperations':
        stopOperation()
        return []
      case 'startMusic': {
        const legId = host.callerLeg()
        if (legId !== null) player.startLoop('queue', legId, command.music)
        return []
      }
      case 'stopMusic':
        player.stopLoop('queue')
        return []
      case 'enqueue':
        return host.enqueue(command.queueId)
      case 'dequeue':
        await host.dequeue()
        return []
      case 'setMenu':
        menu = command.menu
        host.showMenu(menu)
        return []
      case 'setTimer':
        setTimer(command.timerId, command.afterMs)
        return []
      case 'cancelTimer':
        timers.get(command.timerId)?.()
        timers.delete(command.timerId)
        return []
      case 'transfer':
        return [{ kind: 'transferFailed', operationContext: command.operationContext }]
      case 'offerChat':
        host.offerChat(command.queueId)
        return []
      case 'disconnect':
        host.disconnect(command.reason)
        return []
    }
  }

  return {
    async begin(start) {
      const first = startRun(start)
      run = first.run
      host.saveRun(run)
      for (const command of first.commands) for (const event of await execute(command)) await dispatch(event)
    },
    dispatch,
    async press(tone, by) {
      if (by === 'click' && menu?.choices.some(choice => choice.tone === tone)) {
        await dispatch({ kind: 'choice', tone, menuId: menu.menuId })
        return true
      }
      const mine = recognition
      if (mine === null) return false
      if (mine.phase === 'prompting' && !mine.interruptPrompt) return true
      stopOperation()
      await dispatch({ kind: 'recognizeCompleted', operationContext: mine.operationContext, tone })
      return true
    },
    mediaLost() {
      recognition = null
      playback = null
      timers.get(SILENCE)?.()
      timers.delete(SILENCE)
    },
    finish(how) {
      stop()
      if (run === null) return
      run = step(applications, run, { kind: how }).run
      host.saveRun(run)
    },
    stop,
  }

  function stop(): void {
    for (const cancel of timers.values()) cancel()
    timers.clear()
    playback?.stop()
    playback = null
    recognition = null
  }
}

/** The timer of a caller who presses nothing. */
const SILENCE = 'silence'

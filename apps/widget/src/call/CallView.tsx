import type { Tone } from '@guichet/contract'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useSnapshot } from '../components/use-snapshot.ts'
import type { CallViewProps } from '../model/call.code.ts'
import { formatClock } from '../model/format.ts'
import { CallBar } from './CallBar.tsx'
import { CallFailed } from './CallFailed.tsx'
import { type CallScreen, describeCall } from './call.view.ts'
import type { CallWords } from './call.words.en.ts'
import { en } from './call.words.en.ts'
import { fr } from './call.words.fr.ts'
import { Stage } from './Stage.tsx'

/** The call's screen, from the question for the microphone to the reason it ended. */
export function CallView(props: CallViewProps) {
  const { active, devices, isShown, onShow } = props
  const words = props.locale === 'fr' ? fr : en
  const snapshot = useSnapshot(active)
  const screen = describeCall(snapshot, props.selfRawId, words)
  const section = useRef<HTMLElement>(null)

  useEffect(() => {
    if (isShown) section.current?.focus()
  }, [isShown])

  if (!isShown) {
    return (
      <button type="button" class="strip" onClick={() => onShow(true)}>
        <span class="strip-title">{screen.title}</span>
        <Timer screen={screen} />
        <span class="strip-back">{words.backToCall}</span>
      </button>
    )
  }

  const isOver = screen.kind === 'ended' || screen.kind === 'failed'
  return (
    <section ref={section} class={`call ${screen.kind}`} aria-label={words.screen} tabIndex={-1}>
      <Stage active={active} snapshot={snapshot} screen={screen} words={words} />
      <div class="call-state" role="status">
        <p class="call-title">{screen.title}</p>
        {screen.hint && <p class="call-hint">{screen.hint}</p>}
        {screen.said && (
          <p class="call-said" dir="auto">
            {screen.said}
          </p>
        )}
        {snapshot.phone.isListenOnly && !isOver && <p class="call-hint">{words.listenOnly}</p>}
      </div>
      {!isOver && <Timer screen={screen} />}
      {snapshot.phone.soundBlocked && (
        <button type="button" class="primary" onClick={() => void active.unblockSound()}>
          {words.soundBlocked}
        </button>
      )}
      {screen.kind === 'menu' && snapshot.call?.menu && (
        <Menu choices={snapshot.call.menu} words={words} onChoose={active.chooseTone} />
      )}
      {isOver ? (
        <CallFailed {...props} screen={screen} snapshot={snapshot} words={words} />
      ) : (
        <CallBar
          active={active}
          devices={devices}
          snapshot={snapshot}
          words={words}
          unread={props.unread}
          onChat={() => onShow(false)}
        />
      )}
    </section>
  )
}

function Menu(props: {
  choices: readonly { tone: Tone; label: string }[]
  words: CallWords
  onChoose: (tone: Tone) => void
}) {
  return (
    <fieldset class="menu" aria-label={props.words.state.menu}>
      {props.choices.map(choice => (
        <button type="button" class="choice" key={choice.tone} onClick={() => props.onChoose(choice.tone)}>
          <span class="choice-key" aria-hidden="true">
            {choice.tone}
          </span>
          {choice.label}
        </button>
      ))}
    </fieldset>
  )
}

function Timer({ screen }: { screen: CallScreen }) {
  const [, tick] = useState(0)
  const since = screen.kind === 'ended' ? null : screen.talkingSince
  useEffect(() => {
    if (since === null) return
    const timer = setInterval(() => tick(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [since])
  if (since === null) return null
  return (
    <p class="timer" role="timer">
      {formatClock(Date.now() - since)}
    </p>
  )
}

import type { ActiveCall, ActiveCallSnapshot } from '@guichet/softphone'
import { useEffect, useRef } from 'preact/hooks'
import { CallIcon } from './CallIcon.tsx'
import type { CallScreen } from './call.view.ts'
import type { CallWords } from './call.words.en.ts'

type Props = { active: ActiveCall; snapshot: ActiveCallSnapshot; screen: CallScreen; words: CallWords }

/** Whom one speaks with: their screen or camera, else their initials within a ring that shows their voice. */
export function Stage({ active, snapshot, screen, words }: Props) {
  const { phone } = snapshot
  const isLive = screen.kind === 'talking' || screen.kind === 'reconnecting'
  const theirScreen = isLive && screen.person?.screen ? phone.remoteScreen : null
  const theirCamera = isLive && screen.person?.camera ? phone.remoteCamera : null
  const quality = phone.quality && phone.state === 'connected' ? phone.quality.rating : null
  return (
    <div class={theirScreen || theirCamera ? 'stage pictured' : 'stage'}>
      {theirScreen && <Video stream={theirScreen} label={words.theirScreen} kind="main" />}
      {theirCamera && (
        <Video stream={theirCamera} label={words.theirCamera} kind={theirScreen ? 'aside' : 'main'} />
      )}
      {!theirScreen && !theirCamera && <Avatar active={active} screen={screen} />}
      {phone.localCamera && <Video stream={phone.localCamera} label={words.ownPreview} kind="preview" />}
      {quality && (
        <span
          class={`quality ${quality}`}
          role="img"
          aria-label={words.quality[quality]}
          title={words.quality[quality]}
        >
          <i />
          <i />
          <i />
        </span>
      )}
    </div>
  )
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map(word => [...(word ?? '')][0] ?? '')
    .join('')
}

function Avatar({ active, screen }: { active: ActiveCall; screen: CallScreen }) {
  const ring = useRef<HTMLDivElement>(null)
  const isLive = screen.kind !== 'ended' && screen.kind !== 'failed'
  useEffect(() => {
    if (!isLive) return
    const timer = setInterval(() => {
      const { input, output } = active.readLevels()
      ring.current?.style.setProperty('--output', output.toFixed(2))
      ring.current?.style.setProperty('--input', input.toFixed(2))
    }, 100)
    return () => clearInterval(timer)
  }, [isLive, active])
  return (
    <div ref={ring} class={isLive ? 'avatar live' : 'avatar'}>
      <span class="face" aria-hidden="true">
        {screen.person ? initials(screen.person.displayName) : <CallIcon name="phone" />}
      </span>
      {isLive && (
        <span class="meter" aria-hidden="true">
          <i />
        </span>
      )}
    </div>
  )
}

function Video({
  stream,
  label,
  kind,
}: {
  stream: MediaStream
  label: string
  kind: 'main' | 'aside' | 'preview'
}) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const element = video.current
    if (!element) return
    element.srcObject = stream
    // Sound has its own way; pictures are always silent, so nothing keeps them from playing.
    void element.play().catch(() => undefined)
    return () => {
      element.srcObject = null
    }
  }, [stream])
  return <video ref={video} class={`video ${kind}`} aria-label={label} muted autoPlay playsInline />
}

import type { Tone } from '@guichet/contract'
import type { ActiveCall, ActiveCallSnapshot, DeviceStore } from '@guichet/softphone'
import { useState } from 'preact/hooks'
import { useSnapshot } from '../components/use-snapshot.ts'
import { CallIcon, type CallIconName } from './CallIcon.tsx'
import type { CallWords } from './call.words.en.ts'

type Props = {
  active: ActiveCall
  devices: DeviceStore
  snapshot: ActiveCallSnapshot
  words: CallWords
  /** Messages that wait behind the call. */
  unread: number
  onChat: () => void
}

const tones: readonly Tone[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

/** What one may do during a call. */
export function CallBar(props: Props) {
  const { active, snapshot, words } = props
  const { phone } = snapshot
  const [tray, setTray] = useState<'keypad' | 'devices' | null>(null)
  const isUp = phone.state === 'connected' || phone.state === 'reconnecting'
  const toggle = (name: 'keypad' | 'devices') => setTray(tray === name ? null : name)

  return (
    <div class="call-bar">
      {phone.problem && isUp && (
        <p class="call-hint" role="alert">
          {words.problem[phone.problem.code]}
        </p>
      )}
      {tray === 'keypad' && <Keypad onPress={active.pressTone} words={words} />}
      {tray === 'devices' && <Devices devices={props.devices} words={words} />}
      <div class="call-buttons">
        <BarButton
          icon={phone.isMuted ? 'micOff' : 'mic'}
          label={phone.isMuted ? words.unmute : words.mute}
          isOn={phone.isMuted}
          disabled={!isUp || phone.isListenOnly}
          onClick={() => active.setMuted(!phone.isMuted)}
        />
        <BarButton
          icon="camera"
          label={words.camera}
          isPressed={phone.camera}
          disabled={!isUp}
          onClick={() => void active.setCamera(!phone.camera).catch(() => undefined)}
        />
        {'getDisplayMedia' in (navigator.mediaDevices ?? {}) && (
          <BarButton
            icon="screen"
            label={words.share}
            isPressed={phone.screen}
            disabled={!isUp}
            onClick={() => void active.setScreen(!phone.screen).catch(() => undefined)}
          />
        )}
        <BarButton
          icon="keypad"
          label={words.keypad}
          isExpanded={tray === 'keypad'}
          disabled={!isUp}
          onClick={() => toggle('keypad')}
        />
        <BarButton
          icon="gear"
          label={words.devices}
          isExpanded={tray === 'devices'}
          onClick={() => {
            void props.devices.refresh()
            toggle('devices')
          }}
        />
        <BarButton
          icon="chat"
          label={props.unread > 0 ? words.chatUnread(props.unread) : words.chat}
          badge={props.unread}
          onClick={props.onChat}
        />
        <BarButton icon="hangUp" label={words.hangUp} isDanger onClick={active.hangUp} />
      </div>
    </div>
  )
}

function BarButton(props: {
  icon: CallIconName
  label: string
  isPressed?: boolean
  isExpanded?: boolean
  /** Stands out without being announced as pressed: its name already says so. */
  isOn?: boolean
  isDanger?: boolean
  badge?: number
  disabled?: boolean
  onClick: () => void
}) {
  return (
    <button
      type="button"
      class={`bar-button${props.isDanger ? ' danger' : ''}${props.isOn ? ' on' : ''}`}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.isPressed}
      aria-expanded={props.isExpanded}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <CallIcon name={props.icon} />
      {props.badge ? (
        <span class="badge" aria-hidden="true">
          {props.badge > 9 ? '9+' : props.badge}
        </span>
      ) : null}
    </button>
  )
}

function Keypad({ onPress, words }: { onPress: (tone: Tone) => void; words: CallWords }) {
  const [pressed, setPressed] = useState('')
  const press = (tone: Tone) => {
    setPressed((pressed + tone).slice(-16))
    onPress(tone)
  }
  return (
    <fieldset
      class="keypad"
      aria-label={words.keypad}
      onKeyDown={event => {
        const tone = tones.find(candidate => candidate === event.key)
        if (tone) press(tone)
      }}
    >
      <output class="pressed" aria-label={words.pressed(pressed)}>
        {pressed}
      </output>
      {tones.map(tone => (
        <button type="button" class="key" key={tone} onClick={() => press(tone)}>
          {tone}
        </button>
      ))}
    </fieldset>
  )
}

function Devices({ devices, words }: { devices: DeviceStore; words: CallWords }) {
  const known = useSnapshot(devices)
  const kinds = ['microphone', 'speaker', 'camera'] as const
  return (
    <div class="devices">
      {kinds
        .filter(kind => kind !== 'speaker' || 'setSinkId' in HTMLMediaElement.prototype)
        .map(kind => (
          <label key={kind}>
            {words[kind]}
            <select
              value={known[kind].selectedId ?? ''}
              onChange={event => devices.select(kind, event.currentTarget.value || null)}
            >
              <option value="">{words.systemDefault}</option>
              {known[kind].list
                .filter(device => device.id !== 'default')
                .map(device => (
                  <option key={device.id} value={device.id}>
                    {device.label || device.id.slice(0, 8)}
                  </option>
                ))}
            </select>
          </label>
        ))}
    </div>
  )
}

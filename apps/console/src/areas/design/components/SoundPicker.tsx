import { Button, Field, makeStyles, Select } from '@fluentui/react-components'
import { ArrowUploadRegular, MicRegular } from '@fluentui/react-icons'
import type { PromptSound } from '@guichet/contract'
import { useRef, useState } from 'react'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { type Brought, useBringSound } from '../hooks/use-bring-sound.ts'
import { soundAddress, useSounds } from '../hooks/use-sounds.ts'
import { soundNameOf } from '../model/sound-file.ts'
import { ListenButton, SeekBar } from './ListenButton.tsx'
import { RecordDialog } from './RecordDialog.tsx'
import { UploadList } from './UploadList.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '8px', minWidth: 0 },
  row: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'end' },
  select: { flexGrow: 1, minWidth: '160px', maxWidth: '420px' },
})

/** Chooses a sound of the library, heard in its place; one that is missing is brought without leaving the form. */
export const SoundPicker = (props: {
  label: string
  listenKey: string
  /** Null while none is chosen. */
  fileId: PromptSound['id'] | null
  onChoose: (fileId: PromptSound['id']) => void
}) => {
  const { label, listenKey, fileId, onChoose } = props
  const styles = useStyles()
  const { t } = useI18n()
  const sounds = useSounds()
  const { uploads, dismiss, bring } = useBringSound()
  const [isRecording, setRecording] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const list = sounds.data?.value ?? []
  const chosen = list.find(sound => sound.id === fileId)

  const take = async (brought: Brought) => {
    const sound = await bring(brought)
    if (sound) onChoose(sound.id)
  }
  return (
    <div className={styles.root}>
      <div className={styles.row}>
        <Field label={label} className={styles.select}>
          <Select
            value={fileId ?? ''}
            onChange={(_, data) => {
              const sound = list.find(each => each.id === data.value)
              if (sound) onChoose(sound.id)
            }}
          >
            {fileId === null && <option value="">{t('flow.chooseSound')}</option>}
            {fileId !== null && sounds.data && !chosen && (
              <option value={fileId}>{t('flow.lostSound')}</option>
            )}
            {list.map(sound => (
              <option key={sound.id} value={sound.id}>
                {sound.language ? `${sound.name} (${t(`locale.${sound.language}`)})` : sound.name}
              </option>
            ))}
          </Select>
        </Field>
        {chosen && (
          <ListenButton listenKey={listenKey} name={chosen.name} source={() => soundAddress(chosen)} />
        )}
        <input
          ref={picker}
          type="file"
          accept="audio/*,video/webm,video/mp4"
          hidden
          onChange={event => {
            const [file] = event.target.files ?? []
            if (file) void take({ file, name: soundNameOf(file.name) })
            event.target.value = ''
          }}
        />
        <Button icon={<ArrowUploadRegular />} onClick={() => picker.current?.click()}>
          {t('flow.uploadHere')}
        </Button>
        <Button icon={<MicRegular />} onClick={() => setRecording(true)}>
          {t('flow.recordHere')}
        </Button>
      </div>
      {chosen && <SeekBar listenKey={listenKey} name={chosen.name} />}
      <UploadList uploads={uploads} onDismiss={dismiss} />
      {isRecording && (
        <RecordDialog
          onRecorded={recording => {
            setRecording(false)
            void take(recording)
          }}
          onClose={() => setRecording(false)}
        />
      )}
    </div>
  )
}

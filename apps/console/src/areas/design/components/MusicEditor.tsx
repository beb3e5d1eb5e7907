import { Field, Radio, RadioGroup } from '@fluentui/react-components'
import type { Music } from '@guichet/domain/flow'
import { useId, useState } from 'react'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { SoundPicker } from './SoundPicker.tsx'

/** Chooses what is played to those who wait. */
export const MusicEditor = (props: { music: Music; onChange: (music: Music) => void }) => {
  const { music, onChange } = props
  const { t } = useI18n()
  const id = useId()
  const [isChoosing, setChoosing] = useState(false)
  const isSound = music.kind === 'file' || isChoosing
  return (
    <>
      <Field label={t('flow.music')}>
        <RadioGroup
          layout="horizontal"
          value={isSound ? 'file' : 'default'}
          onChange={(_, data) => {
            setChoosing(data.value === 'file')
            if (data.value === 'default') onChange({ kind: 'default' })
          }}
        >
          <Radio value="default" label={t('flow.builtInMusic')} />
          <Radio value="file" label={t('flow.asSound')} />
        </RadioGroup>
      </Field>
      {isSound && (
        <SoundPicker
          label={t('flow.sound')}
          listenKey={`${id}-music`}
          fileId={music.kind === 'file' ? music.fileId : null}
          onChoose={fileId => {
            setChoosing(false)
            onChange({ kind: 'file', fileId })
          }}
        />
      )}
    </>
  )
}

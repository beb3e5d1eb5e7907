import { Button, makeStyles, mergeClasses, SearchBox, Text, tokens } from '@fluentui/react-components'
import { ArrowUploadRegular, MicRegular, MusicNote2Regular } from '@fluentui/react-icons'
import { toProblem } from '@guichet/client'
import type { PromptSound } from '@guichet/contract'
import { EmptyState, LoadingRows, PageHeader } from '@guichet/ui'
import { type DragEvent, useRef, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { widths } from '../../../shell/media-query.ts'
import { type Brought, useBringSound } from '../hooks/use-bring-sound.ts'
import { useSounds } from '../hooks/use-sounds.ts'
import { findSounds, soundNameOf } from '../model/sound-file.ts'
import { RecordDialog } from './RecordDialog.tsx'
import { DeleteSoundDialog, EditSoundDialog } from './SoundDialogs.tsx'
import { type SoundAct, SoundRow } from './SoundRow.tsx'
import { UploadList } from './UploadList.tsx'

const useStyles = makeStyles({
  page: { padding: '24px', minHeight: '100%', boxSizing: 'border-box' },
  column: { display: 'flex', flexDirection: 'column', gap: '12px', maxWidth: '860px' },
  drop: {
    padding: '12px 16px',
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    color: tokens.colorNeutralForeground3,
    textAlign: 'center',
    // Nothing is dragged on a telephone.
    [`@media ${widths.single}`]: { display: 'none' },
  },
  dropNow: {
    borderTopColor: tokens.colorBrandStroke1,
    borderRightColor: tokens.colorBrandStroke1,
    borderBottomColor: tokens.colorBrandStroke1,
    borderLeftColor: tokens.colorBrandStroke1,
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  search: { maxWidth: '320px' },
  list: { listStyle: 'none', margin: 0, padding: 0 },
})

type Doing = { act: SoundAct | 'recordNew'; sound: PromptSound | null } | null

/** The library of sounds that callers hear. */
export const PromptsPage = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { me } = useServices()
  const { tell } = useFeedback()
  const sounds = useSounds()
  const { uploads, dismiss, bring } = useBringSound()
  const [search, setSearch] = useState('')
  const [doing, setDoing] = useState<Doing>(null)
  const [isDragging, setDragging] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const replacement = useRef<HTMLInputElement>(null)
  const isReadOnly = !me.roles.some(role => role === 'designer' || role === 'administrator')
  const list = sounds.data?.value ?? []
  const found = findSounds(list, search)
  const close = () => setDoing(null)
  /** The sound that is dealt with, as it is now. */
  const dealt = doing?.sound ? (list.find(sound => sound.id === doing.sound?.id) ?? doing.sound) : null

  const take = async (brought: Brought) => {
    const sound = await bring(brought)
    if (sound)
      tell({
        intent: 'success',
        text: brought.replaces ? t('prompts.replaced') : t('prompts.added', { name: sound.name }),
      })
  }
  const act = (chosen: SoundAct, sound: PromptSound) => {
    setDoing({ act: chosen, sound })
    if (chosen === 'replace') replacement.current?.click()
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setDragging(false)
    for (const file of event.dataTransfer.files) void take({ file, name: soundNameOf(file.name) })
  }
  const dropping = isReadOnly
    ? {}
    : {
        onDragOver: (event: DragEvent) => {
          event.preventDefault()
          setDragging(true)
        },
        onDragLeave: (event: DragEvent) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragging(false)
        },
        onDrop: drop,
      }
  const bringing = (
    <>
      <Button appearance="primary" icon={<ArrowUploadRegular />} onClick={() => picker.current?.click()}>
        {t('prompts.upload')}
      </Button>
      <Button icon={<MicRegular />} onClick={() => setDoing({ act: 'recordNew', sound: null })}>
        {t('prompts.record')}
      </Button>
    </>
  )

  return (
    <div className={styles.page} {...dropping}>
      <div className={styles.column}>
        <PageHeader
          title={t('prompts.title')}
          hint={t('prompts.hint')}
          actions={!isReadOnly && list.length > 0 && bringing}
        />
        <input
          ref={picker}
          type="file"
          accept="audio/*,video/webm,video/mp4"
          multiple
          hidden
          onChange={event => {
            for (const file of event.target.files ?? []) void take({ file, name: soundNameOf(file.name) })
            event.target.value = ''
          }}
        />
        <input
          ref={replacement}
          type="file"
          accept="audio/*,video/webm,video/mp4"
          hidden
          onChange={event => {
            const [file] = event.target.files ?? []
            if (file && dealt) void take({ file, name: dealt.name, replaces: dealt })
            event.target.value = ''
          }}
        />
        {!isReadOnly && (
          <Text className={mergeClasses(styles.drop, isDragging && styles.dropNow)}>
            {t(isDragging ? 'prompts.dropNow' : 'prompts.drop')}
          </Text>
        )}
        <UploadList uploads={uploads} onDismiss={dismiss} />
        {sounds.isPending && <LoadingRows label={t('app.loading')} />}
        {sounds.error && (
          <ProblemNotice problem={toProblem(sounds.error)} retry={() => void sounds.refetch()} />
        )}
        {sounds.data && list.length === 0 && (
          <EmptyState
            icon={<MusicNote2Regular />}
            title={t('prompts.empty')}
            actions={!isReadOnly && bringing}
          >
            {t(isReadOnly ? 'prompts.emptyReadOnly' : 'prompts.emptyHint')}
          </EmptyState>
        )}
        {list.length > 5 && (
          <SearchBox
            className={styles.search}
            aria-label={t('prompts.search')}
            placeholder={t('prompts.search')}
            value={search}
            onChange={(_, data) => setSearch(data.value)}
          />
        )}
        {list.length > 0 && found.length === 0 && <Text>{t('prompts.noMatch', { query: search })}</Text>}
        {found.length > 0 && (
          <ul className={styles.list} aria-label={t('prompts.title')}>
            {found.map(sound => (
              <SoundRow key={sound.id} sound={sound} isReadOnly={isReadOnly} onAct={act} />
            ))}
          </ul>
        )}
      </div>
      {doing?.act === 'recordNew' && (
        <RecordDialog
          onRecorded={recording => {
            close()
            void take(recording)
          }}
          onClose={close}
        />
      )}
      {doing?.act === 'record' && dealt && (
        <RecordDialog
          replaces={dealt.name}
          onRecorded={({ file, name }) => {
            close()
            void take({ file, name, replaces: dealt })
          }}
          onClose={close}
        />
      )}
      {doing?.act === 'edit' && dealt && <EditSoundDialog sound={dealt} onClose={close} />}
      {doing?.act === 'delete' && dealt && <DeleteSoundDialog sound={dealt} onClose={close} />}
    </div>
  )
}

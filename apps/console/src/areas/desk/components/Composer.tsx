import {
  Button,
  makeStyles,
  Spinner,
  Tag,
  TagGroup,
  Text,
  Textarea,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { AttachRegular, SendFilled } from '@fluentui/react-icons'
import type { ThreadStore } from '@guichet/client'
import type { Conversation } from '@guichet/contract'
import { type ClipboardEvent, type DragEvent, type KeyboardEvent, useId, useRef, useState } from 'react'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useDraft } from '../hooks/use-draft.ts'
import { useUploads } from '../hooks/use-uploads.ts'
import { findCanned } from '../model/canned.ts'
import { CannedList } from './CannedList.tsx'

const useStyles = makeStyles({
  root: {
    position: 'relative',
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
    padding: '8px 16px 16px',
  },
  row: { display: 'flex', gap: '8px', alignItems: 'flex-end' },
  field: { flexGrow: 1 },
  locked: {
    padding: '12px 16px 16px',
    color: tokens.colorNeutralForeground3,
    textAlign: 'center',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
})

/** Where the agent writes: Enter sends, a slash calls ready answers, files are dropped, pasted or chosen. */
export const Composer = (props: {
  conversation: Conversation
  acts: ThreadStore
  /** Why nothing can be written; null when it can. */
  locked: 'closed' | 'readOnly' | null
}) => {
  const { conversation, acts, locked } = props
  const styles = useStyles()
  const { t } = useI18n()
  const [text, setText] = useDraft(conversation.id)
  const uploads = useUploads(conversation.threadId)
  const [active, setActive] = useState(0)
  const [isListDismissed, setListDismissed] = useState(false)
  const input = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const listId = useId()
  const canned = isListDismissed ? null : findCanned(conversation.locale, text)
  const isListOpen = canned !== null && canned.length > 0
  const at = Math.min(active, (canned?.length ?? 1) - 1)

  if (locked !== null)
    return (
      <Text className={styles.locked}>
        {t(locked === 'closed' ? 'composer.closed' : 'composer.readOnly')}
      </Text>
    )

  const write = (value: string) => {
    setText(value)
    setActive(0)
    if (value === '') setListDismissed(false)
    else acts.notifyTyping()
  }
  const choose = (index: number) => {
    const reply = canned?.[index]
    if (reply) setText(reply.text)
    input.current?.focus()
  }
  const send = () => {
    const message = text.trim()
    if (uploads.isBusy || (message === '' && uploads.ready.length === 0)) return
    acts.send(message === '' ? undefined : message, uploads.ready)
    setText('')
    uploads.clear()
    input.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (isListOpen) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (step !== undefined) {
        event.preventDefault()
        return setActive((at + step + canned.length) % canned.length)
      }
      if (event.key === 'Escape') return setListDismissed(true)
      if (event.key === 'Enter' || event.key === 'Tab') {
        event.preventDefault()
        return choose(at)
      }
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      send()
    }
  }
  const take = (event: ClipboardEvent | DragEvent, files: FileList | undefined) => {
    if (!files || files.length === 0) return
    event.preventDefault()
    uploads.add([...files])
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped here; the button does the same by key
    <div
      className={styles.root}
      onDragOver={event => event.preventDefault()}
      onDrop={event => take(event, event.dataTransfer.files)}
    >
      {isListOpen && (
        <CannedList id={listId} replies={canned} active={at} onHover={setActive} onChoose={choose} />
      )}
      {uploads.files.length > 0 && (
        <TagGroup aria-label={t('composer.attach')} onDismiss={(_, data) => uploads.remove(data.value)}>
          {uploads.files.map(file => (
            <Tag
              key={file.key}
              value={file.key}
              size="small"
              dismissible
              dismissIcon={{ 'aria-label': t('composer.removeFile', { name: file.name }) }}
              {...(file.attachment ? {} : { icon: <Spinner size="extra-tiny" /> })}
            >
              {file.name}
            </Tag>
          ))}
        </TagGroup>
      )}
      <div className={styles.row}>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={event => {
            uploads.add([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
        <Tooltip content={t('composer.attach')} relationship="label">
          <Button appearance="subtle" icon={<AttachRegular />} onClick={() => picker.current?.click()} />
        </Tooltip>
        <Textarea
          className={styles.field}
          resize="none"
          value={text}
          placeholder={t('composer.placeholder', { name: conversation.contact.displayName })}
          onChange={(_, data) => write(data.value)}
          onKeyDown={onKeyDown}
          onPaste={event => take(event, event.clipboardData.files)}
          textarea={{
            ref: input,
            rows: Math.min(6, Math.max(1, text.split('\n').length)),
            'aria-label': t('composer.label'),
            'aria-description': t('composer.enterSends'),
            'aria-autocomplete': 'list',
            maxLength: 8_000,
            ...(isListOpen ? { 'aria-controls': listId, 'aria-activedescendant': `${listId}-${at}` } : {}),
          }}
        />
        <Tooltip content={t('composer.enterSends')} relationship="description">
          <Button
            appearance="primary"
            icon={<SendFilled />}
            aria-label={t('composer.send')}
            disabledFocusable={uploads.isBusy || (text.trim() === '' && uploads.ready.length === 0)}
            onClick={send}
          />
        </Tooltip>
      </div>
    </div>
  )
}

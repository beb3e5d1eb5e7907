import {
  Button,
  Link,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import { DeleteRegular, EditRegular, MoreHorizontalRegular } from '@fluentui/react-icons'
import type { ThreadItem, ThreadStore } from '@guichet/client'
import { useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { explainProblem } from '../../../app/problem.text.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { splitLinks } from '../model/links.ts'
import { Attachments } from './Attachments.tsx'
import { MessageEditor } from './MessageEditor.tsx'

const useStyles = makeStyles({
  row: {
    display: 'flex',
    alignItems: 'center',
    gap: '4px',
    maxWidth: '100%',
    ':hover .message-actions': { opacity: 1 },
    ':focus-within .message-actions': { opacity: 1 },
  },
  actions: { opacity: 0, '@media (hover: none)': { opacity: 1 } },
  bubble: {
    padding: '8px 12px',
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground3,
    border: `1px solid ${tokens.colorTransparentStroke}`,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    minWidth: 0,
    width: 'fit-content',
  },
  own: { backgroundColor: tokens.colorBrandBackground2, color: tokens.colorNeutralForeground1 },
  pending: { opacity: 0.7 },
  gone: { color: tokens.colorNeutralForeground3, fontStyle: 'italic', backgroundColor: 'transparent' },
  foot: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  failed: { color: tokens.colorStatusDangerForeground1 },
  choices: { display: 'flex', flexWrap: 'wrap', gap: '4px', paddingTop: '4px' },
  choice: {
    padding: '2px 10px',
    borderRadius: tokens.borderRadiusCircular,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
})

const Words = (props: { text: string }) =>
  splitLinks(props.text).map((part, at) =>
    part.kind === 'link' ? (
      <Link key={at} href={part.text} target="_blank" rel="noopener noreferrer nofollow" inline>
        {part.text}
      </Link>
    ) : (
      part.text
    ),
  )

/** One message: its words, files and choices, whether it arrived, and what its sender may do with it. */
export const MessageBubble = (props: {
  item: ThreadItem
  isOwn: boolean
  isSeen: boolean
  canAct: boolean
  acts: ThreadStore
}) => {
  const { item, isOwn, isSeen, canAct, acts } = props
  const styles = useStyles()
  const { t } = useI18n()
  const { fail } = useFeedback()
  const [isEditing, setEditing] = useState(false)

  if (item.delivery !== 'sent') {
    const { message, attachments } = item.outgoing
    return (
      <>
        <div className={mergeClasses(styles.bubble, styles.own, styles.pending)}>
          {message}
          <Attachments list={attachments} />
        </div>
        {item.delivery === 'pending' ? (
          <span className={styles.foot}>{t('thread.sending')}</span>
        ) : (
          <span className={mergeClasses(styles.foot, styles.failed)} role="alert">
            {t('thread.failed')} – {explainProblem(t, item.problem)}{' '}
            <Link as="button" inline onClick={() => acts.retry(item.key)}>
              {t('thread.resend')}
            </Link>{' '}
            <Link as="button" inline onClick={() => acts.discard(item.key)}>
              {t('common.delete')}
            </Link>
          </span>
        )}
      </>
    )
  }

  const { message } = item
  if (message.deletedOn !== null)
    return <div className={mergeClasses(styles.bubble, styles.gone)}>{t('thread.deleted')}</div>
  if (isEditing)
    return (
      <MessageEditor
        text={message.content.message ?? ''}
        onCancel={() => setEditing(false)}
        onSave={text => {
          setEditing(false)
          acts.edit(message.id, text).catch(fail)
        }}
      />
    )
  const { attachments = [], quickReplies = [], sources = [] } = message.content
  return (
    <>
      <div className={styles.row}>
        {isOwn && canAct && (
          <Menu positioning="above-start">
            <MenuTrigger disableButtonEnhancement>
              <Button
                appearance="subtle"
                size="small"
                className={mergeClasses('message-actions', styles.actions)}
                icon={<MoreHorizontalRegular />}
                aria-label={t('thread.actions')}
              />
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                {message.content.message !== undefined && (
                  <MenuItem icon={<EditRegular />} onClick={() => setEditing(true)}>
                    {t('thread.edit')}
                  </MenuItem>
                )}
                <MenuItem icon={<DeleteRegular />} onClick={() => void acts.remove(message.id).catch(fail)}>
                  {t('thread.delete')}
                </MenuItem>
              </MenuList>
            </MenuPopover>
          </Menu>
        )}
        <div className={mergeClasses(styles.bubble, isOwn && styles.own)}>
          {message.content.message !== undefined && <Words text={message.content.message} />}
          <Attachments list={attachments} />
          {quickReplies.length > 0 && (
            <div className={styles.choices}>
              {quickReplies.map(reply => (
                <span
                  key={reply.label}
                  className={styles.choice}
                  title={t('thread.choice', { label: reply.label })}
                >
                  {reply.label}
                </span>
              ))}
            </div>
          )}
        </div>
      </div>
      {sources.length > 0 && (
        <span className={styles.foot}>
          {t('thread.source', { title: sources.map(source => source.title).join(', ') })}
        </span>
      )}
      {(message.editedOn !== null || isSeen) && (
        <span className={styles.foot}>
          {[
            ...(message.editedOn !== null ? [t('thread.edited')] : []),
            ...(isSeen ? [t('thread.seen')] : []),
          ].join(' · ')}
        </span>
      )}
    </>
  )
}

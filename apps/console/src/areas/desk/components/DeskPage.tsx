import {
  Button,
  Drawer,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import { DismissRegular, HeadsetRegular } from '@fluentui/react-icons'
import { EmptyState, Unseen } from '@guichet/ui'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useLive } from '../../../app/ServicesContext.ts'
import { shortcuts } from '../../../frame/model/shortcuts.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useMediaQuery, widths } from '../../../shell/media-query.ts'
import { Colleagues } from './Colleagues.tsx'
import { ContextColumn } from './ContextColumn.tsx'
import { ConversationColumn } from './ConversationColumn.tsx'
import { WorkColumn } from './WorkColumn.tsx'

const useStyles = makeStyles({
  root: {
    height: '100%',
    display: 'grid',
    gridTemplateColumns: '288px minmax(0, 1fr) 304px',
    [`@media ${widths.narrow}`]: { gridTemplateColumns: '256px minmax(0, 1fr)' },
    [`@media ${widths.single}`]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  column: { minHeight: 0, minWidth: 0, overflow: 'hidden', display: 'flex', flexDirection: 'column' },
  work: { backgroundColor: tokens.colorNeutralBackground2 },
  middle: {
    backgroundColor: tokens.colorNeutralBackground1,
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    [`@media ${widths.single}`]: { borderLeft: 'none' },
  },
  context: {
    backgroundColor: tokens.colorNeutralBackground2,
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    overflowY: 'auto',
  },
  drawerBody: { padding: 0 },
})

/** Work, conversation, context: everything an agent needs, in one place. */
export const DeskPage = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { conversationId } = useParams({ strict: false }) as { conversationId?: string }
  const isSingle = useMediaQuery(widths.single)
  const isNarrow = useMediaQuery(widths.narrow)
  const [isContextOpen, setContextOpen] = useState(false)
  const hasWork = useLive(state => state.assignments.length > 0)

  return (
    <div className={styles.root}>
      <Unseen as="h1">{t('desk.title')}</Unseen>
      {(!isSingle || !conversationId) && (
        <section className={mergeClasses(styles.column, styles.work)} aria-label={t('desk.work')}>
          <WorkColumn selectedId={conversationId ?? null} />
        </section>
      )}
      {(!isSingle || conversationId) && (
        <section className={mergeClasses(styles.column, styles.middle)} aria-label={t('desk.conversation')}>
          {conversationId ? (
            <ConversationColumn
              key={conversationId}
              conversationId={conversationId}
              onShowContext={isNarrow ? () => setContextOpen(true) : undefined}
            />
          ) : (
            hasWork && (
              <EmptyState icon={<HeadsetRegular />} title={t('desk.nothingSelected')} fill>
                {t('desk.nothingSelectedHint', { next: shortcuts.next.print })}
              </EmptyState>
            )
          )}
        </section>
      )}
      {!isNarrow && (
        <aside className={mergeClasses(styles.column, styles.context)} aria-label={t('desk.context')}>
          {conversationId ? (
            <ContextColumn conversationId={conversationId} />
          ) : (
            <EmptyState title={t('desk.context')}>{t('context.empty')}</EmptyState>
          )}
          <Colleagues />
        </aside>
      )}
      {isNarrow && conversationId && (
        <Drawer
          type="overlay"
          position="end"
          open={isContextOpen}
          onOpenChange={(_, data) => setContextOpen(data.open)}
        >
          <DrawerHeader>
            <DrawerHeaderTitle
              action={
                <Button
                  appearance="subtle"
                  aria-label={t('common.close')}
                  icon={<DismissRegular />}
                  onClick={() => setContextOpen(false)}
                />
              }
            >
              {t('desk.context')}
            </DrawerHeaderTitle>
          </DrawerHeader>
          <DrawerBody className={styles.drawerBody}>
            <ContextColumn conversationId={conversationId} />
            <Colleagues />
          </DrawerBody>
        </Drawer>
      )}
    </div>
  )
}

import {
  Badge,
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Text,
  tokens,
} from '@fluentui/react-components'
import {
  ArrowUploadRegular,
  DeleteRegular,
  EditRegular,
  MicRegular,
  MoreHorizontalRegular,
} from '@fluentui/react-icons'
import type { PromptSound } from '@guichet/contract'
import { Link } from '@tanstack/react-router'
import { formatBytes, formatClock, formatMoment } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useNow } from '../../../shell/clock.ts'
import { soundAddress } from '../hooks/use-sounds.ts'
import { ListenButton, SeekBar } from './ListenButton.tsx'
import { useLinkStyles } from './link.styles.ts'

const useStyles = makeStyles({
  row: {
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr) auto',
    gap: '4px 12px',
    alignItems: 'start',
    padding: '12px 8px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  words: { display: 'flex', flexDirection: 'column', gap: '2px', minWidth: 0, paddingTop: '4px' },
  title: { display: 'flex', gap: '8px', alignItems: 'center', flexWrap: 'wrap' },
  name: { overflowWrap: 'anywhere' },
  quiet: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: '12px',
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
})

/** What can be done with a sound. */
export type SoundAct = 'edit' | 'replace' | 'record' | 'delete'

/** One sound of the library: heard in place, with what it is and who plays it. */
export const SoundRow = (props: {
  sound: PromptSound
  isReadOnly: boolean
  onAct: (act: SoundAct, sound: PromptSound) => void
}) => {
  const { sound, isReadOnly, onAct } = props
  const styles = useStyles()
  const links = useLinkStyles()
  const { t, locale } = useI18n()
  const now = useNow()
  const { name, language, durationMs, sizeBytes, uploadedBy, uploadedAt, usedBy } = sound
  return (
    <li className={styles.row}>
      <ListenButton listenKey={sound.id} name={name} source={() => soundAddress(sound)} />
      <div className={styles.words}>
        <div className={styles.title}>
          <Text weight="semibold" className={styles.name}>
            {name}
          </Text>
          {language && (
            <Badge appearance="tint" color="informative" size="small">
              {t(`locale.${language}`)}
            </Badge>
          )}
        </div>
        <div className={styles.quiet}>
          <span>{formatClock(durationMs)}</span>
          <span>{formatBytes(locale, sizeBytes)}</span>
          <span>{t('prompts.by', { who: uploadedBy, when: formatMoment(locale, uploadedAt, now) })}</span>
        </div>
        <div className={styles.quiet}>
          {usedBy.length === 0 ? (
            t('prompts.unused')
          ) : (
            <>
              {t('prompts.usedBy')}
              {usedBy.map(application =>
                isReadOnly ? (
                  <span key={application.id}>{application.name}</span>
                ) : (
                  <Link
                    key={application.id}
                    to="/design/applications/{-$applicationId}"
                    params={{ applicationId: application.id }}
                    className={links.link}
                  >
                    {application.name}
                  </Link>
                ),
              )}
            </>
          )}
        </div>
        <SeekBar listenKey={sound.id} name={name} />
      </div>
      {!isReadOnly && (
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button
              appearance="subtle"
              icon={<MoreHorizontalRegular />}
              aria-label={t('prompts.actions', { name })}
            />
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem icon={<EditRegular />} onClick={() => onAct('edit', sound)}>
                {t('prompts.rename')}
              </MenuItem>
              <MenuItem icon={<ArrowUploadRegular />} onClick={() => onAct('replace', sound)}>
                {t('prompts.replace')}
              </MenuItem>
              <MenuItem icon={<MicRegular />} onClick={() => onAct('record', sound)}>
                {t('prompts.replaceRecording')}
              </MenuItem>
              <MenuItem icon={<DeleteRegular />} onClick={() => onAct('delete', sound)}>
                {t('prompts.delete')}
              </MenuItem>
            </MenuList>
          </MenuPopover>
        </Menu>
      )}
    </li>
  )
}

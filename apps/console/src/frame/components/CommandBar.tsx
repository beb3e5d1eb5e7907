import {
  Dialog,
  DialogBody,
  DialogSurface,
  Input,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons'
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { useCommands } from '../hooks/use-commands.ts'
import { findCommands } from '../model/commands.ts'

const useStyles = makeStyles({
  surface: { padding: '12px', maxWidth: '560px', alignSelf: 'start', marginTop: '12vh' },
  body: { display: 'flex', flexDirection: 'column', gap: '8px', maxHeight: '60vh' },
  list: { overflowY: 'auto', display: 'flex', flexDirection: 'column' },
  option: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: '16px',
    padding: '8px 12px',
    borderRadius: tokens.borderRadiusMedium,
    cursor: 'pointer',
  },
  active: {
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorBrandForeground2,
    outline: `1px solid ${tokens.colorTransparentStroke}`,
  },
  group: { color: tokens.colorNeutralForeground3, whiteSpace: 'nowrap' },
  nothing: { padding: '16px 12px', color: tokens.colorNeutralForeground3 },
})

const Results = (props: { onDone: () => void }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const asked = useDeferredValue(query)
  const found = findCommands(useCommands(asked), query)
  const listId = useId()
  const list = useRef<HTMLDivElement>(null)
  const index = Math.min(active, Math.max(0, found.length - 1))
  const optionId = (at: number) => `${listId}-${at}`

  useEffect(() => {
    list.current?.children[index]?.scrollIntoView({ block: 'nearest' })
  }, [index])

  const choose = (at: number) => {
    const command = found[at]
    if (!command) return
    props.onDone()
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && found.length > 0) {
      event.preventDefault()
      setActive((index + step + found.length) % found.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(index)
    }
  }

  return (
    <DialogBody className={styles.body}>
      <Input
        size="large"
        contentBefore={<SearchRegular />}
        placeholder={t('command.placeholder')}
        value={query}
        onChange={(_, data) => {
          setQuery(data.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-label={t('command.title')}
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        {...(found.length > 0 ? { 'aria-activedescendant': optionId(index) } : {})}
      />
      <div className={styles.list} role="listbox" id={listId} aria-label={t('command.results')} ref={list}>
        {found.map((command, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above moves and chooses by key
          <div
            key={command.id}
            id={optionId(at)}
            role="option"
            tabIndex={-1}
            aria-selected={at === index}
            className={mergeClasses(styles.option, at === index && styles.active)}
            onMouseMove={() => setActive(at)}
            onClick={() => choose(at)}
          >
            <span>{command.label}</span>
            <span className={styles.group}>{command.group}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <div className={styles.nothing} role="status">
          {t('command.nothing', { query })}
        </div>
      )}
    </DialogBody>
  )
}

/** Goes anywhere and does frequent things by typing. */
export const CommandBar = (props: { open: boolean; onOpenChange: (open: boolean) => void }) => {
  const styles = useStyles()
  const { t } = useI18n()
  return (
    <Dialog open={props.open} onOpenChange={(_, data) => props.onOpenChange(data.open)}>
      <DialogSurface className={styles.surface} aria-label={t('command.title')}>
        {props.open && <Results onDone={() => props.onOpenChange(false)} />}
      </DialogSurface>
    </Dialog>
  )
}

import {
  Avatar,
  Badge,
  Button,
  makeStyles,
  SearchBox,
  Table,
  TableBody,
  TableCell,
  TableCellLayout,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from '@fluentui/react-components'
import { EditRegular, PersonAddRegular } from '@fluentui/react-icons'
import { toProblem } from '@guichet/client'
import type { StaffMember } from '@guichet/contract'
import { LoadingRows, PageHeader, Unseen } from '@guichet/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { findPeople } from '../model/person.ts'
import { PersonDialog } from './PersonDialog.tsx'

const useStyles = makeStyles({
  page: { padding: '24px', maxWidth: '1080px', display: 'flex', flexDirection: 'column', gap: '12px' },
  search: { maxWidth: '320px' },
  scroll: { overflowX: 'auto' },
  table: { minWidth: '640px' },
  roles: { display: 'flex', gap: '4px', flexWrap: 'wrap', padding: '4px 0' },
  quiet: { color: tokens.colorNeutralForeground3 },
  act: { width: '48px' },
})

/** Who can sign in, with which roles. */
export const PeoplePage = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { http, me } = useServices()
  const [search, setSearch] = useState('')
  const [editing, setEditing] = useState<StaffMember | 'new' | null>(null)
  const staff = useQuery({ queryKey: ['staff'], queryFn: () => http.call('GET /api/staff') })
  const people = findPeople(staff.data?.value ?? [], search)
  return (
    <div className={styles.page}>
      <PageHeader
        title={t('people.title')}
        hint={t('people.hint')}
        actions={
          <Button appearance="primary" icon={<PersonAddRegular />} onClick={() => setEditing('new')}>
            {t('people.add')}
          </Button>
        }
      />
      <SearchBox
        className={styles.search}
        aria-label={t('people.search')}
        placeholder={t('people.search')}
        value={search}
        onChange={(_, data) => setSearch(data.value)}
      />
      {staff.isPending && <LoadingRows label={t('app.loading')} />}
      {staff.error && <ProblemNotice problem={toProblem(staff.error)} retry={() => void staff.refetch()} />}
      {staff.data && people.length === 0 && <Text>{t('people.noMatch', { query: search })}</Text>}
      {people.length > 0 && (
        <div className={styles.scroll}>
          <Table className={styles.table} aria-label={t('people.title')}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell>{t('people.name')}</TableHeaderCell>
                <TableHeaderCell>{t('people.email')}</TableHeaderCell>
                <TableHeaderCell>{t('people.roles')}</TableHeaderCell>
                <TableHeaderCell>{t('people.state')}</TableHeaderCell>
                <TableHeaderCell className={styles.act}>
                  <Unseen>{t('people.actions')}</Unseen>
                </TableHeaderCell>
              </TableRow>
            </TableHeader>
            <TableBody>
              {people.map(person => (
                <TableRow key={person.id}>
                  <TableCell>
                    <TableCellLayout
                      truncate
                      media={
                        <Avatar name={person.party.displayName} size={28} color="colorful" aria-hidden />
                      }
                    >
                      {person.party.displayName}
                      {person.id === me.id && <span className={styles.quiet}> ({t('people.you')})</span>}
                    </TableCellLayout>
                  </TableCell>
                  <TableCell>
                    <TableCellLayout truncate>{person.email}</TableCellLayout>
                  </TableCell>
                  <TableCell>
                    <span className={styles.roles}>
                      {person.roles.map(role => (
                        <Badge key={role} appearance="tint" color="informative">
                          {t(`role.${role}`)}
                        </Badge>
                      ))}
                    </span>
                  </TableCell>
                  <TableCell>{t(person.disabled ? 'people.disabled' : 'people.enabled')}</TableCell>
                  <TableCell className={styles.act}>
                    <Button
                      appearance="subtle"
                      icon={<EditRegular />}
                      aria-label={t('people.edit', { name: person.party.displayName })}
                      onClick={() => setEditing(person)}
                    />
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
      {editing && (
        <PersonDialog person={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
    </div>
  )
}

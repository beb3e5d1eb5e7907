import {
  Avatar,
  Badge,
  Button,
  makeStyles,
  Select,
  Subtitle2,
  Text,
  tokens,
} from '@fluentui/react-components'
import { ArrowDownRegular, ArrowUpRegular, DismissRegular } from '@fluentui/react-icons'
import type { QueueView } from '@guichet/contract'
import { useQuery } from '@tanstack/react-query'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { moveItem } from '../model/queue-form.ts'
import { useFormStyles } from './form.styles.ts'

type MemberId = QueueView['members'][number]['workerId']

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  member: {
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    padding: '4px 0',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  name: { flexGrow: 1, minWidth: 0 },
})

/** Who answers the queue, in the order in which the serial method rings them. */
export const MemberList = (props: {
  queue: QueueView
  memberIds: readonly MemberId[]
  onChange: (memberIds: readonly MemberId[]) => void
}) => {
  const { queue, memberIds, onChange } = props
  const styles = useStyles()
  const form = useFormStyles()
  const { t } = useI18n()
  const { http } = useServices()
  const staff = useQuery({ queryKey: ['staff'], queryFn: () => http.call('GET /api/staff'), retry: false })
  const takers = (staff.data?.value ?? []).filter(
    person => !person.disabled && person.roles.some(role => role === 'agent' || role === 'expert'),
  )
  const addable = takers.filter(person => !memberIds.includes(person.id))
  const nameOf = (id: MemberId) =>
    queue.members.find(member => member.workerId === id)?.displayName ??
    takers.find(person => person.id === id)?.party.displayName ??
    id

  return (
    <fieldset className={form.group}>
      <Subtitle2 as="h3">{t('queues.members')}</Subtitle2>
      <Text size={200} className={form.quiet}>
        {t('queues.membersHint')}
      </Text>
      {memberIds.length === 0 && <Text>{t('queues.noMembers')}</Text>}
      <ul className={styles.list}>
        {memberIds.map((id, at) => {
          const name = nameOf(id)
          const isOptedOut = queue.members.some(member => member.workerId === id && !member.optedIn)
          return (
            <li key={id} className={styles.member}>
              <Avatar name={name} size={24} color="colorful" aria-hidden />
              <Text className={styles.name}>{name}</Text>
              {isOptedOut && <Badge appearance="tint">{t('queues.optedOut')}</Badge>}
              <Button
                size="small"
                appearance="subtle"
                icon={<ArrowUpRegular />}
                aria-label={t('queues.moveUp', { name })}
                disabledFocusable={at === 0}
                onClick={() => onChange(moveItem(memberIds, id, -1))}
              />
              <Button
                size="small"
                appearance="subtle"
                icon={<ArrowDownRegular />}
                aria-label={t('queues.moveDown', { name })}
                disabledFocusable={at === memberIds.length - 1}
                onClick={() => onChange(moveItem(memberIds, id, 1))}
              />
              <Button
                size="small"
                appearance="subtle"
                icon={<DismissRegular />}
                aria-label={t('queues.removeMember', { name })}
                onClick={() => onChange(memberIds.filter(other => other !== id))}
              />
            </li>
          )
        })}
      </ul>
      {addable.length > 0 && (
        <Select
          aria-label={t('queues.addMember')}
          value=""
          onChange={(_, data) => {
            const person = addable.find(each => each.id === data.value)
            if (person) onChange([...memberIds, person.id])
          }}
        >
          <option value="">{t('queues.addMember')}</option>
          {addable.map(person => (
            <option key={person.id} value={person.id}>
              {person.party.displayName}
            </option>
          ))}
        </Select>
      )}
    </fieldset>
  )
}

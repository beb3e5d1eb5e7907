import { Body1, Button, makeStyles, Subtitle2, tokens } from '@fluentui/react-components'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { demoAccounts, demoPassword } from '../model/sign-in.ts'

const useStyles = makeStyles({
  words: { display: 'flex', flexDirection: 'column', gap: '4px' },
  hint: { color: tokens.colorNeutralForeground3 },
  list: { display: 'flex', flexDirection: 'column', gap: '4px', listStyle: 'none', margin: 0, padding: 0 },
  account: { justifyContent: 'space-between', width: '100%', gap: '12px' },
  email: { color: tokens.colorNeutralForeground3, fontWeight: tokens.fontWeightRegular },
})

/** The accounts of the demonstration; a click fills the form in. */
export const DemoAccounts = (props: { onChoose: (account: { email: string; password: string }) => void }) => {
  const styles = useStyles()
  const { t } = useI18n()
  return (
    <>
      <div className={styles.words}>
        <Subtitle2 as="h2">{t('signIn.demoTitle')}</Subtitle2>
        <Body1 className={styles.hint}>{t('signIn.demoHint')}</Body1>
      </div>
      <ul className={styles.list}>
        {demoAccounts.map(account => (
          <li key={account.email}>
            <Button
              className={styles.account}
              appearance="subtle"
              onClick={() => props.onChoose({ email: account.email, password: demoPassword })}
            >
              <span>
                {account.number === null
                  ? t(`role.${account.role}`)
                  : t('signIn.demoAgent', { number: account.number })}
              </span>
              <span className={styles.email}>{account.email}</span>
            </Button>
          </li>
        ))}
      </ul>
    </>
  )
}

import { LoadingRows } from '@guichet/ui'
import { useQuery } from '@tanstack/react-query'
import { http } from '../../../app/services.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { DemoAccounts } from './DemoAccounts.tsx'
import { DoorFrame } from './DoorFrame.tsx'
import { SetupForm } from './SetupForm.tsx'
import { SignInForm, useSignInFields } from './SignInForm.tsx'

/** The door: sign-in, or making the first administrator while there is none. */
export const SignInPage = () => {
  const { t } = useI18n()
  const fields = useSignInFields()
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => http.call('GET /api/setup') })
  if (setup.isPending)
    return (
      <DoorFrame title={t('signIn.title')}>
        <LoadingRows rows={2} label={t('app.loading')} />
      </DoorFrame>
    )
  if (setup.data?.needed)
    return (
      <DoorFrame title={t('setup.title')} hint={t('setup.hint')}>
        <SetupForm />
      </DoorFrame>
    )
  return (
    <DoorFrame
      title={t('signIn.title')}
      hint={t('signIn.hint')}
      aside={setup.data?.demo ? <DemoAccounts onChoose={fields.fill} /> : undefined}
    >
      <SignInForm fields={fields} />
    </DoorFrame>
  )
}

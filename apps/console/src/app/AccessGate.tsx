import { makeStyles, Spinner } from '@fluentui/react-components'
import { toProblem } from '@guichet/client'
import type { StaffMember } from '@guichet/contract'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useI18n } from '../i18n/I18nProvider.tsx'
import { setMe, useMe } from './me.query.ts'
import { ProblemNotice } from './ProblemNotice.tsx'
import { ServicesContext } from './ServicesContext.ts'
import { createServices, type Services } from './services.ts'

const SignInPage = lazy(async () => ({
  default: (await import('../areas/sign-in/components/SignInPage.tsx')).SignInPage,
}))
const Workspace = lazy(async () => ({ default: (await import('./Workspace.tsx')).Workspace }))

const useStyles = makeStyles({
  centre: { height: '100%', display: 'grid', placeItems: 'center', padding: '24px' },
})

const Waiting = () => {
  const { t } = useI18n()
  return (
    <div className={useStyles().centre}>
      <Spinner label={t('app.loading')} labelPosition="below" />
    </div>
  )
}

const SignedIn = (props: { me: StaffMember }) => {
  const client = useQueryClient()
  const [services, setServices] = useState<Services | null>(null)
  const id = props.me.id

  // A new name or language of the same person must not cut the connection.
  useEffect(() => {
    let stop: (() => void) | undefined
    let left = false
    void createServices(props.me).then(made => {
      if (left) return
      stop = made.start()
      made.socket.onState(state => {
        if (state.status === 'closed' && state.problem?.code === 'unauthenticated') setMe(client, null)
      })
      setServices(made)
    })
    return () => {
      left = true
      stop?.()
      setServices(null)
    }
  }, [id, client])

  if (!services) return <Waiting />
  return (
    <ServicesContext value={services.me === props.me ? services : { ...services, me: props.me }}>
      <Workspace />
    </ServicesContext>
  )
}

/** Shows the sign-in to strangers and the workspace to staff; the address stays, so that links survive signing in. */
export const AccessGate = () => {
  const me = useMe()
  const styles = useStyles()
  if (me.isPending) return <Waiting />
  if (me.isError && !me.data)
    return (
      <main className={styles.centre}>
        <ProblemNotice problem={toProblem(me.error)} retry={() => void me.refetch()} />
      </main>
    )
  return (
    <Suspense fallback={<Waiting />}>
      {me.data ? <SignedIn key={me.data.id} me={me.data} /> : <SignInPage />}
    </Suspense>
  )
}

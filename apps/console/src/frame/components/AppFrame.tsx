import { makeStyles, tokens } from '@fluentui/react-components'
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useCallSession, useLive, useServices } from '../../app/ServicesContext.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { widths } from '../../shell/media-query.ts'
import { useCallContinuity } from '../hooks/use-call-continuity.ts'
import { useEndedOffers } from '../hooks/use-ended-offers.ts'
import { useMessageSound } from '../hooks/use-message-sound.ts'
import { useOfferActs } from '../hooks/use-offer-acts.ts'
import { usePageTitle } from '../hooks/use-page-title.ts'
import { useRinging } from '../hooks/use-ringing.ts'
import { useShortcuts } from '../hooks/use-shortcuts.ts'
import { areaOfPath } from '../model/pages.ts'
import { CommandBar } from './CommandBar.tsx'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { IncomingOffers } from './IncomingOffers.tsx'
import { Rail } from './Rail.tsx'
import { TopBar } from './TopBar.tsx'

const useStyles = makeStyles({
  root: {
    height: '100%',
    display: 'grid',
    gridTemplateAreas: '"rail bar" "rail banner" "rail page"',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    gridTemplateRows: 'auto auto minmax(0, 1fr)',
    backgroundColor: tokens.colorNeutralBackground2,
    color: tokens.colorNeutralForeground1,
    fontFamily: tokens.fontFamilyBase,
    fontSize: tokens.fontSizeBase300,
    lineHeight: tokens.lineHeightBase300,
    [`@media ${widths.single}`]: {
      gridTemplateAreas: '"bar" "banner" "page" "rail"',
      gridTemplateColumns: 'minmax(0, 1fr)',
      gridTemplateRows: 'auto auto minmax(0, 1fr) auto',
    },
  },
  banner: { gridArea: 'banner' },
  page: { gridArea: 'page', minHeight: 0, minWidth: 0, overflow: 'auto', outlineStyle: 'none' },
  skip: {
    position: 'fixed',
    top: '8px',
    left: '8px',
    zIndex: 1100,
    padding: '8px 12px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForegroundLink,
    boxShadow: tokens.shadow16,
    transform: 'translateY(-64px)',
    ':focus': { transform: 'none' },
  },
})

/** Rail, top bar and page; what rings and what is cut shows on every page. */
export const AppFrame = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const navigate = useNavigate()
  const { calls, threads } = useServices()
  const [isSearching, setSearching] = useState(false)
  const path = useRouterState({ select: state => state.location.pathname })
  const offers = useLive(state => state.offers)
  const assignments = useLive(state => state.assignments)
  const session = useCallSession()
  const { accept, decline } = useOfferActs()
  const area = areaOfPath(path)
  const openConversationId = area === 'desk' ? path.split('/')[2] : undefined

  useRinging()
  useEndedOffers()
  useCallContinuity()
  useMessageSound(openConversationId)
  usePageTitle(t(area ? `nav.${area}` : 'app.name'), offers.length)

  useEffect(() => {
    const kept = new Set<string>(assignments.map(work => work.conversation.id))
    if (openConversationId) kept.add(openConversationId)
    threads.keepOnly(kept)
  }, [assignments, openConversationId, threads])

  const step = (by: number) => {
    const ids = [...new Set<string>(assignments.map(work => work.conversation.id))]
    const at = ids.indexOf(openConversationId ?? '')
    const next = ids[at < 0 ? 0 : (at + by + ids.length) % ids.length]
    if (next) void navigate({ to: '/desk/$conversationId', params: { conversationId: next } })
  }
  const [oldest] = offers
  const phone = session.active?.phone
  useShortcuts({
    accept: oldest && (() => void accept(oldest)),
    decline: oldest && (() => decline(oldest)),
    command: () => setSearching(true),
    next: () => step(1),
    previous: () => step(-1),
    mute: session.callId && phone ? () => calls.setMuted(!phone.isMuted) : undefined,
    hold: session.callId ? () => calls.setOnHold(session.heldSince === null) : undefined,
  })

  return (
    <div className={styles.root}>
      <a className={styles.skip} href="#page">
        {t('app.skipToContent')}
      </a>
      <Rail current={area} />
      <TopBar
        onSearch={() => setSearching(true)}
        isCallElsewhere={
          session.callId !== null && session.active?.call?.conversationId !== openConversationId
        }
      />
      <div className={styles.banner}>
        <ConnectionBanner />
      </div>
      <main id="page" className={styles.page} tabIndex={-1}>
        <Outlet />
      </main>
      <IncomingOffers />
      <CommandBar open={isSearching} onOpenChange={setSearching} />
    </div>
  )
}

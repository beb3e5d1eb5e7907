import type { StaffRole } from '@guichet/contract'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router'
import { AppFrame } from '../frame/components/AppFrame.tsx'
import { DesignArea, SettingsArea } from '../frame/components/AreaTabs.tsx'
import { type PagePath, pagesOf } from '../frame/model/pages.ts'
import { NotFoundPage, PageFailed, PagePending } from './page-states.tsx'
import { type Area, areasOf, startPage } from './roles.ts'

const root = createRootRoute({ component: AppFrame, notFoundComponent: NotFoundPage })

const deskPage = lazyRouteComponent(() => import('../areas/desk/components/DeskPage.tsx'), 'DeskPage')
const wallPage = lazyRouteComponent(() => import('../areas/supervise/components/WallPage.tsx'), 'WallPage')
const design = {
  knowledge: lazyRouteComponent(
    () => import('../areas/design/components/KnowledgePage.tsx'),
    'KnowledgePage',
  ),
  queues: lazyRouteComponent(() => import('../areas/design/components/QueuesPage.tsx'), 'QueuesPage'),
  applications: lazyRouteComponent(
    () => import('../areas/design/components/ApplicationsPage.tsx'),
    'ApplicationsPage',
  ),
  prompts: lazyRouteComponent(() => import('../areas/design/components/PromptsPage.tsx'), 'PromptsPage'),
  widget: lazyRouteComponent(() => import('../areas/design/components/WidgetPage.tsx'), 'WidgetPage'),
}
const settings = {
  profile: lazyRouteComponent(() => import('../areas/settings/components/ProfilePage.tsx'), 'ProfilePage'),
  people: lazyRouteComponent(() => import('../areas/settings/components/PeoplePage.tsx'), 'PeoplePage'),
}

/** Every address of the console, for a person with these roles; each area is loaded when first opened. */
const routesFor = (roles: readonly StaffRole[]) => {
  const guard = (area: Area) => () => {
    if (!areasOf(roles).includes(area)) throw notFound()
  }
  const guardPage = (path: PagePath) => () => {
    if (!pagesOf(roles).some(page => page.path === path)) throw notFound()
  }
  const areaHome = (area: 'design' | 'settings') => () => {
    const [first] = pagesOf(roles, area)
    throw first ? redirect({ to: first.path }) : notFound()
  }
  const goHome = () => {
    throw redirect({ to: startPage(roles) })
  }
  const home = createRoute({ getParentRoute: () => root, path: '/', beforeLoad: goHome })
  // The server's first words lead here; whoever set it up is still at this address.
  const setUp = createRoute({ getParentRoute: () => root, path: 'setup', beforeLoad: goHome })
  const desk = createRoute({ getParentRoute: () => root, path: 'desk', beforeLoad: guard('desk') })
  const supervise = createRoute({
    getParentRoute: () => root,
    path: 'supervise',
    beforeLoad: guard('supervise'),
    component: wallPage,
  })
  const designArea = createRoute({
    getParentRoute: () => root,
    path: 'design',
    beforeLoad: guard('design'),
    component: DesignArea,
  })
  const settingsArea = createRoute({
    getParentRoute: () => root,
    path: 'settings',
    beforeLoad: guard('settings'),
    component: SettingsArea,
  })
  return root.addChildren([
    home,
    setUp,
    desk.addChildren([
      createRoute({ getParentRoute: () => desk, path: '/', component: deskPage }),
      createRoute({ getParentRoute: () => desk, path: '$conversationId', component: deskPage }),
    ]),
    supervise,
    designArea.addChildren([
      createRoute({ getParentRoute: () => designArea, path: '/', beforeLoad: areaHome('design') }),
      createRoute({
        getParentRoute: () => designArea,
        path: 'knowledge/{-$articleId}',
        component: design.knowledge,
        beforeLoad: guardPage('/design/knowledge'),
      }),
      createRoute({ getParentRoute: () => designArea, path: 'queues/{-$queueId}', component: design.queues }),
      createRoute({
        getParentRoute: () => designArea,
        path: 'applications/{-$applicationId}',
        component: design.applications,
        beforeLoad: guardPage('/design/applications'),
      }),
      createRoute({ getParentRoute: () => designArea, path: 'prompts', component: design.prompts }),
      createRoute({
        getParentRoute: () => designArea,
        path: 'widget',
        component: design.widget,
        beforeLoad: guardPage('/design/widget'),
      }),
    ]),
    settingsArea.addChildren([
      createRoute({ getParentRoute: () => settingsArea, path: '/', beforeLoad: areaHome('settings') }),
      createRoute({ getParentRoute: () => settingsArea, path: 'profile', component: settings.profile }),
      createRoute({
        getParentRoute: () => settingsArea,
        path: 'people',
        component: settings.people,
        beforeLoad: guardPage('/settings/people'),
      }),
    ]),
  ])
}

/** Makes the router of a person with these roles. */
export const createConsoleRouter = (roles: readonly StaffRole[]) =>
  createRouter({
    routeTree: routesFor(roles),
    defaultPreload: 'intent',
    defaultPendingMs: 150,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: NotFoundPage,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>
  }
}

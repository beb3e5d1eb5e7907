import {
  Avatar,
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components'
import { ChevronDownRegular, PersonRegular, SignOutRegular } from '@fluentui/react-icons'
import { Locale } from '@guichet/contract'
import { StretchedTrigger, type ThemeChoice } from '@guichet/ui'
import { useNavigate } from '@tanstack/react-router'
import { usePreferences, useServices } from '../../app/ServicesContext.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { useLocale } from '../hooks/use-locale.ts'
import { useSignOut } from '../hooks/use-sign-out.ts'

const themeChoices: readonly ThemeChoice[] = ['system', 'light', 'dark', 'highContrast']

/** Who is signed in; theme, language, profile, and the way out. */
export const AccountMenu = () => {
  const { t, locale } = useI18n()
  const { me } = useServices()
  const [preferences, prefer] = usePreferences()
  const chooseLocale = useLocale()
  const signOut = useSignOut()
  const navigate = useNavigate()
  return (
    <Menu
      checkedValues={{ theme: [preferences.theme], locale: [locale] }}
      onCheckedValueChange={(_, { name, checkedItems }) => {
        const [chosen] = checkedItems
        if (name === 'theme') prefer({ theme: chosen as ThemeChoice })
        else chooseLocale(chosen as Locale)
      }}
    >
      <StretchedTrigger shown={<Avatar name={me.party.displayName} size={28} color="brand" />}>
        <MenuTrigger disableButtonEnhancement>
          <Button
            appearance="transparent"
            size="small"
            icon={<ChevronDownRegular />}
            aria-label={t('profile.menu')}
            aria-description={me.party.displayName}
          />
        </MenuTrigger>
      </StretchedTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>{me.party.displayName}</MenuGroupHeader>
            <MenuItem icon={<PersonRegular />} onClick={() => void navigate({ to: '/settings/profile' })}>
              {t('nav.profile')}
            </MenuItem>
          </MenuGroup>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>{t('theme.label')}</MenuGroupHeader>
            {themeChoices.map(theme => (
              <MenuItemRadio key={theme} name="theme" value={theme}>
                {t(`theme.${theme}`)}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>{t('language.label')}</MenuGroupHeader>
            {Locale.options.map(option => (
              <MenuItemRadio key={option} name="locale" value={option} lang={option}>
                {t(`localeOwn.${option}`)}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuItem icon={<SignOutRegular />} onClick={signOut}>
            {t('profile.signOut')}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

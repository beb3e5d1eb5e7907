import { makeStyles, tokens } from '@fluentui/react-components'

const useStyles = makeStyles({
  key: {
    fontFamily: tokens.fontFamilyBase,
    fontSize: tokens.fontSizeBase200,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusSmall,
    padding: '0 4px',
    whiteSpace: 'nowrap',
  },
})

/** A keyboard shortcut as printed beside its act, e.g. `Ctrl+Shift+A`. */
export const Shortcut = (props: { children: string }) => (
  <kbd className={useStyles().key}>{props.children}</kbd>
)

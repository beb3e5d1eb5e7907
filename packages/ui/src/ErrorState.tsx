import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components'

const useStyles = makeStyles({
  reference: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
})

/** What went wrong, what to do about it, and the reference to quote when asking for help. */
export const ErrorState = (props: {
  title: string
  detail?: string
  reference?: string
  retry?: { label: string; run: () => void }
}) => {
  const styles = useStyles()
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{props.title}</MessageBarTitle>
        {props.detail} {props.reference && <span className={styles.reference}>{props.reference}</span>}
      </MessageBarBody>
      {props.retry && (
        <MessageBarActions>
          <Button size="small" onClick={props.retry.run}>
            {props.retry.label}
          </Button>
        </MessageBarActions>
      )}
    </MessageBar>
  )
}

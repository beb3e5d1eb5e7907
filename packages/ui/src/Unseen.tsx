import { makeStyles } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  unseen: {
    position: 'absolute',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  },
})

/** Words for those who hear the page; those who see it have them in another form. */
export const Unseen = (props: { children: ReactNode; as?: 'span' | 'h1' | 'div'; isLive?: boolean }) => {
  const Tag = props.as ?? 'span'
  return (
    <Tag
      className={useStyles().unseen}
      {...(props.isLive ? { role: 'status', 'aria-live': 'assertive' } : {})}
    >
      {props.children}
    </Tag>
  )
}

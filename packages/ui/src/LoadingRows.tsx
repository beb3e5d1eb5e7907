import { makeStyles, Skeleton, SkeletonItem } from '@fluentui/react-components'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '12px', padding: '4px 0' },
  row: { display: 'grid', gridTemplateColumns: '32px 1fr', gap: '8px 12px', alignItems: 'center' },
  lines: { display: 'flex', flexDirection: 'column', gap: '6px' },
})

/** Widths of a row's title and second line, uneven as text is. */
const shapes = [
  ['70%', '48%'],
  ['58%', '34%'],
  ['64%', '52%'],
  ['46%', '40%'],
  ['74%', '30%'],
  ['52%', '44%'],
  ['61%', '36%'],
  ['67%', '50%'],
] as const

/** Shape of a list while it loads, up to eight rows; `label` tells screen readers what is coming. */
export const LoadingRows = (props: { rows?: number; label: string }) => {
  const styles = useStyles()
  return (
    <Skeleton className={styles.root} aria-label={props.label}>
      {shapes.slice(0, props.rows ?? 5).map(([title, line]) => (
        <div className={styles.row} key={title}>
          <SkeletonItem shape="circle" size={32} />
          <div className={styles.lines}>
            <SkeletonItem size={12} style={{ width: title }} />
            <SkeletonItem size={8} style={{ width: line }} />
          </div>
        </div>
      ))}
    </Skeleton>
  )
}

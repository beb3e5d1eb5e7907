import { tokens } from '@fluentui/react-components'

/** The ticket window: mark of the product, without words. */
export const BrandMark = (props: { size: number }) => (
  <svg width={props.size} height={props.size} viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="8" fill={tokens.colorBrandBackground} />
    <path
      d="M8 25V14a8 8 0 0 1 16 0v11M6 25h20"
      fill="none"
      stroke={tokens.colorNeutralForegroundOnBrand}
      strokeWidth="3"
      strokeLinecap="round"
    />
    <circle cx="16" cy="17" r="3" fill={tokens.colorNeutralForegroundOnBrand} opacity="0.6" />
  </svg>
)

import { Field, Input } from '@fluentui/react-components'
import { useState } from 'react'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

/** A whole number within limits; while what is typed is none, the last right one stands and the field says so. */
export const NumberField = (props: {
  label: string
  value: number
  min: number
  max: number
  onChange: (value: number) => void
}) => {
  const { label, value, min, max, onChange } = props
  const { t } = useI18n()
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <Field label={label} {...(typed === null ? {} : { validationMessage: t('queues.range', { min, max }) })}>
      <Input
        type="number"
        min={min}
        max={max}
        value={typed ?? String(value)}
        onChange={(_, data) => {
          const next = Number(data.value)
          const isRight = data.value !== '' && Number.isInteger(next) && next >= min && next <= max
          setTyped(isRight ? null : data.value)
          if (isRight) onChange(next)
        }}
      />
    </Field>
  )
}

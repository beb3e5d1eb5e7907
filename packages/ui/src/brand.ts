import type { BrandVariants } from '@fluentui/react-components'

/** Guichet's petrol ramp (OKLCH hue 218), from near black to near white; the one accent of the product. */
export const brand: BrandVariants = {
  10: '#000a0f',
  20: '#001821',
  30: '#002835',
  40: '#003746',
  50: '#004355',
  60: '#005064',
  70: '#005d73',
  80: '#006b81',
  90: '#057a92',
  100: '#1b8ba5',
  110: '#349cb6',
  120: '#4fadc6',
  130: '#6dbdd3',
  140: '#8cccdf',
  150: '#addcea',
  160: '#d1ecf4',
}

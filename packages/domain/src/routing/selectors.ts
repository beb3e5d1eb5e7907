import type { LabelValue, WorkerSelector } from './model.ts'

function compares(actual: number | string, operator: WorkerSelector['operator'], wanted: number | string) {
  switch (operator) {
    case 'lessThan':
      return actual < wanted
    case 'lessThanOrEqual':
      return actual <= wanted
    case 'greaterThan':
      return actual > wanted
    case 'greaterThanOrEqual':
      return actual >= wanted
    default:
      return false
  }
}

function holds(actual: LabelValue | undefined, selector: WorkerSelector): boolean {
  const { operator, value } = selector
  const equal = Array.isArray(actual) ? actual.includes(value) : actual === value
  if (operator === 'equal') return equal
  if (operator === 'notEqual') return !equal
  if (typeof actual === 'number' && typeof value === 'number') return compares(actual, operator, value)
  if (typeof actual === 'string' && typeof value === 'string') return compares(actual, operator, value)
  return false
}

/** Whether a worker's labels meet every selector; values of different kinds are never in order. */
export function matchesSelectors(
  labels: Readonly<Record<string, LabelValue>>,
  selectors: readonly WorkerSelector[],
): boolean {
  for (const selector of selectors) {
    const actual = Object.hasOwn(labels, selector.key) ? labels[selector.key] : undefined
    if (!holds(actual, selector)) return false
  }
  return true
}

/** One text for each set of selectors, whatever their order: jobs of one text are matched together. */
export function selectorsKey(selectors: readonly WorkerSelector[]): string {
  if (selectors.length === 0) return ''
  return JSON.stringify(
    selectors.map(({ key, operator, value }) => JSON.stringify([key, operator, value])).sort(),
  )
}

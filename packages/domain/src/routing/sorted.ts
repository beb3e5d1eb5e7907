/** Where an item is, or would be, in an array kept in order by `compare`. */
export function sortedIndex<T>(list: readonly T[], item: T, compare: (a: T, b: T) => number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(list[middle] as T, item) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Inserts in order; `compare` must be total and the item's keys must not change while it is in the list. */
export function insertSorted<T>(list: T[], item: T, compare: (a: T, b: T) => number): void {
  const last = list[list.length - 1]
  if (last === undefined || compare(last, item) < 0) list.push(item)
  else list.splice(sortedIndex(list, item, compare), 0, item)
}

/** Takes an item out of a short list in no particular order; the newest is found first. */
export function removeFrom<T>(list: T[], item: T): void {
  const index = list.lastIndexOf(item)
  if (index === list.length - 1) list.pop()
  else if (index >= 0) list.splice(index, 1)
}

/** Takes out an item that is in the list. */
export function removeSorted<T>(list: T[], item: T, compare: (a: T, b: T) => number): void {
  const index = sortedIndex(list, item, compare)
  if (list[index] !== item) throw new Error('item is not where its order says')
  if (index === list.length - 1) list.pop()
  else list.splice(index, 1)
}

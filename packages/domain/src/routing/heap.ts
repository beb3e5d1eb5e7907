/** What a heap keeps on each item to find it again; -1 outside a heap. */
export type HeapItem = { heapIndex: number }

/** A binary heap whose items can be taken out from anywhere. */
export type Heap<T extends HeapItem> = {
  peek(): T | undefined
  push(item: T): void
  pop(): T | undefined
  /** Takes an item out; one that is not in the heap is left alone. */
  remove(item: T): void
}

/** Makes an empty heap; the first item by `compare` comes out first. */
export function createHeap<T extends HeapItem>(compare: (a: T, b: T) => number): Heap<T> {
  const items: T[] = []

  function up(item: T, start: number): void {
    let index = start
    while (index > 0) {
      const parentIndex = (index - 1) >>> 1
      const parent = items[parentIndex] as T
      if (compare(parent, item) <= 0) break
      items[index] = parent
      parent.heapIndex = index
      index = parentIndex
    }
    items[index] = item
    item.heapIndex = index
  }

  function down(item: T, start: number): void {
    let index = start
    for (;;) {
      let childIndex = 2 * index + 1
      let child = items[childIndex]
      if (child === undefined) break
      const right = items[childIndex + 1]
      if (right !== undefined && compare(right, child) < 0) {
        child = right
        childIndex += 1
      }
      if (compare(item, child) <= 0) break
      items[index] = child
      child.heapIndex = index
      index = childIndex
    }
    items[index] = item
    item.heapIndex = index
  }

  function remove(item: T): void {
    const index = item.heapIndex
    if (index < 0 || items[index] !== item) return
    item.heapIndex = -1
    const last = items.pop() as T
    if (last === item) return
    down(last, index)
    if (last.heapIndex === index) up(last, index)
  }

  return {
    peek: () => items[0],
    push(item) {
      items.push(item)
      up(item, items.length - 1)
    },
    pop() {
      const first = items[0]
      if (first !== undefined) remove(first)
      return first
    },
    remove,
  }
}

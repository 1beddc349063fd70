const ROOM = 13

/** Tags that fit into their column, at least one; the rest is counted. */
export function fitting(tags: readonly string[]): number {
  let room = ROOM
  const tooMany = tags.findIndex((tag) => (room -= tag.length + 1) < 0)
  return tooMany < 0 ? tags.length : Math.max(1, tooMany)
}

/** "skincare, pl" as a list; the same tag twice is one. */
export const splitTags = (text: string) => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
]

/** Words that begin a line of their own, in statements that the query builder wrote on a single one. */
const BREAKS =
  /(?<!^delete)(?<!do update)\s(?=(?:from|where|and|or|inner join|left join|order by|group by|limit|values|set|on conflict|returning|for update)\b)/g

/** A statement over several lines: as its author broke it, or before its clauses when it has no lines. */
export function formatSql(sql: string): string {
  const text = sql.includes('\n') ? dedent(sql) : sql.replaceAll('"', '').replace(BREAKS, '\n')
  return `${text.trimEnd()};`
}

/** Takes away the indentation that all lines but the first share, and empty lines at both ends. */
function dedent(text: string): string {
  const lines = text.replace(/^\s*\n/, '').split('\n')
  const margins = lines.filter(line => line.trim() !== '').map(line => line.length - line.trimStart().length)
  const margin = Math.min(...margins.filter((_, place) => place > 0 || margins.length === 1))
  return lines
    .map(line => (line.slice(0, margin).trim() === '' ? line.slice(margin) : line))
    .map(line => line.trimEnd())
    .join('\n')
}

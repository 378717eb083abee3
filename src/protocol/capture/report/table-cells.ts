/** The cells of a row that begins with a bar, without the marks of Markdown; null for any other line. */
export function cellsOfRow(line: string): string[] | null {
  const text = line.trim();
  if (!text.startsWith("|")) return null;
  return text
    .replace(/^\|/, "")
    .replace(/\|$/, "")
    .split("|")
    .map((cell) => withoutMarks(cell));
}

/** "`EC25...` (seen today)" without the back ticks. */
function withoutMarks(cell: string): string {
  return cell.replaceAll("`", "").replace(/^[\s*_]+|[\s*_]+$/g, "");
}

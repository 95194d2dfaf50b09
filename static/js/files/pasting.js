// What a paste means. Excel, Word, PowerPoint and OneNote put a picture of the text beside the text: the text wins. A table
// alone becomes a table of the hub's marks; a picture alone becomes a file.

/** -> 'table', 'text' or 'files'. `html` and `plain` as the clipboard has them; `table` the rows of a lone table or null. */
export function meaningOf({ plain, table, files }) {
  if (plain.trim()) return table ? 'table' : 'text';
  return files.length > 0 ? 'files' : 'text';
}

/** Rows of cells as a table in the hub's marks, of at least two columns; null where it would be none. */
export function tableMarks(rows) {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (rows.length === 0 || columns < 2) return null;
  const line = (cells) => `| ${[...cells, ...Array(columns - cells.length).fill('')].map(plainCell).join(' | ')} |`;
  const [head, ...rest] = rows;
  return [line(head), `|${' --- |'.repeat(columns)}`, ...rest.map(line)].join('\n');
}

/** A line of a table: no break, and no | of its own, which the marks cannot escape. */
const plainCell = (cell) => cell.replace(/\s+/gu, ' ').trim().replaceAll('|', '｜');

/** The rows of the one table that the clipboard's HTML consists of; null where there is other text, or none. */
export function loneTable(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const unseen of page.querySelectorAll('style, script, title, meta')) unseen.remove();
  const tables = page.querySelectorAll('table');
  if (tables.length !== 1) return null;
  const rows = [...tables[0].rows].map((row) => [...row.cells].flatMap(spread)).filter((row) => row.some((cell) => cell.trim()));
  tables[0].remove();
  return page.body.textContent.trim() ? null : rows;
}

/** A cell over several columns stands in the first of them. */
const spread = (cell) => [cell.textContent, ...Array(Math.min(cell.colSpan, 40) - 1).fill('')];

export function clipboardOf(event) {
  const given = event.clipboardData;
  const plain = given?.getData('text/plain') ?? '';
  const html = given?.getData('text/html') ?? '';
  return { plain, files: [...(given?.files ?? [])], table: plain.trim() && html ? loneTable(html) : null };
}

/** Tables pasted into a text with marks become tables there; the browser's own undo takes them back. */
export function mountTablePasting() {
  document.addEventListener('paste', (event) => {
    const area = event.target.closest?.('textarea[name="body"]');
    if (!area || event.defaultPrevented) return;
    const clipboard = clipboardOf(event);
    const marks = meaningOf(clipboard) === 'table' ? tableMarks(clipboard.table) : null;
    if (!marks) return;
    event.preventDefault();
    insert(area, `${area.selectionStart > 0 ? '\n\n' : ''}${marks}\n\n`);
  });
}

function insert(area, words) {
  area.focus();
  if (document.execCommand('insertText', false, words)) return;
  area.setRangeText(words, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

// Files among the documents (資料) of a case: chosen, dropped or pasted; each becomes a row of the table and is saved.

import { FileTray } from '../files/tray.js';
import { all, clone, one } from '../lib/dom.js';
import { freeRow } from './rows.js';

/** Harmless on steps without documents. To be called before the form's autosave is mounted, which lets a form wait for
 * its files; `saved()` is called once a row names a file. */
export function mountDocuments(form, deps, saved) {
  const place = one('[data-documents]', form);
  if (!place) return;
  const body = one('tbody', place);
  const handOver = (data) => {
    fillRow(freeRow(body), data);
    saved();
  };
  const tray = new FileTray(form, { ...deps, handOver });
  form.addEventListener('submit', (event) => tray.holds(event));
}

/** A nameless row gets the file's name. */
function fillRow(row, { attachment_id, name }) {
  const [title] = all('[name]', row);
  title.value ||= name;
  const field = clone('file-of-row');
  const box = one('input', field);
  box.name = title.name.replace(/[^-]+$/, 'attachment_id');
  box.value = attachment_id;
  one('a', field).href = `/attachments/${attachment_id}`;
  one('[data-row-file]', row).replaceChildren(field);
}

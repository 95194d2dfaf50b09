// The form in which a case is written: it saves itself, takes files, and grows rows.

import { one } from '../lib/dom.js';
import { mountAutosave } from './autosave.js';
import { mountDocuments } from './documents.js';
import { mountRows } from './rows.js';

/** Harmless on every other page. `deps` as in main.js. */
export function mountCaseForm(deps) {
  const form = one('form[data-autosave]');
  if (!form) return;
  mountRows(form);
  mountDocuments(form, deps, () => saver.save());
  const saver = mountAutosave(form, deps);
}

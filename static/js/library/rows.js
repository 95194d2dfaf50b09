// Rows of a table in a form, named <table>-<n>-<column>.

import { all } from '../lib/dom.js';

const filled = (field) => (field.type === 'checkbox' ? field.checked : field.value !== '');

/** The first row in which nothing stands; a new one when there is none. */
export function freeRow(body) {
  return [...body.rows].find((row) => !all('[name]', row).some(filled)) ?? addRow(body);
}

/** An empty row at the end. */
export function addRow(body) {
  const last = body.rows[body.rows.length - 1];
  const row = last.cloneNode(true);
  for (const box of all('[data-row-file]', row)) box.replaceChildren();
  for (const field of all('[name]', row)) {
    field.name = field.name.replace(/-[0-9]+-/, `-${body.rows.length}-`);
    field.value = '';
    field.setAttribute('aria-label', field.getAttribute('aria-label').replace(/[0-9]+$/, String(body.rows.length + 1)));
  }
  body.append(row);
  return row;
}

/** Buttons that add a row to the table above them. */
export function mountRows(form) {
  for (const button of all('[data-add-row]', form)) {
    button.addEventListener('click', () => addRow(button.closest('fieldset').querySelector('tbody')).querySelector('[name]').focus());
  }
}

// The quick finder: `/` or Ctrl+K opens it, arrows choose, Enter opens. Its form alone searches.

import { all, slot } from '../lib/dom.js';
import { counted } from '../lib/plural.js';
import { clone, titleNodes } from './pieces.js';

const PAUSE_MS = 120;
const GROUPS = ['rooms', 'people', 'recent', 'results', 'words'];
const IME_KEY = 229;

export function mountFinder({ http }) {
  const dialog = document.getElementById('finder');
  if (!dialog) return;
  const field = dialog.querySelector('#finder-field');
  const words = JSON.parse(slot(dialog, 'texts').textContent);
  let timer = null;
  let chosen = -1;

  const options = () => all('[role="option"]', dialog);

  function choose(index) {
    const found = options();
    chosen = found.length === 0 ? -1 : (index + found.length) % found.length;
    found.forEach((option, i) => option.setAttribute('aria-selected', String(i === chosen)));
    if (chosen < 0) field.removeAttribute('aria-activedescendant');
    else field.setAttribute('aria-activedescendant', found[chosen].id);
    found[chosen]?.scrollIntoView({ block: 'nearest' });
  }

  async function ask() {
    const typed = field.value;
    const answer = await http.get(`/search/finder?q=${encodeURIComponent(typed)}`).catch(() => null);
    if (!answer || field.value !== typed || !dialog.open) return;
    const headings = answer.nearest ? { ...words, results: words.nearest } : words;
    const groups = GROUPS.filter((name) => answer[name].length > 0).map((name) => drawGroup(dialog, headings[name], answer[name]));
    slot(dialog, 'notes').replaceChildren(...answer.notes.map(drawNote));
    slot(dialog, 'list').replaceChildren(...groups);
    options().forEach((option, i) => {
      option.id = `finder-${i}`;
    });
    choose(-1 - options().length);
    chosen = -1;
    options().forEach((option) => option.setAttribute('aria-selected', 'false'));
    field.removeAttribute('aria-activedescendant');
    const count = options().length;
    slot(dialog, 'status').textContent = [...answer.notes, count > 0 ? counted(words.count, count) : words.none].join(' ');
  }

  function open() {
    if (dialog.open) return;
    dialog.showModal();
    field.value = '';
    field.focus();
    ask();
  }

  field.addEventListener('input', (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener('compositionend', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === IME_KEY) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (options().length > 0) choose(chosen === -1 && event.key === 'ArrowUp' ? -1 : chosen + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && chosen >= 0) {
      event.preventDefault();
      options()[chosen].click();
    } else if (event.key === 'Escape') {
      event.preventDefault(); // a search field would only be emptied by it
      dialog.close();
    }
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && !event.isComposing) {
      event.preventDefault();
      open();
    }
  });
  for (const opener of all('[data-action="find"]')) {
    opener.addEventListener('click', (event) => {
      event.preventDefault();
      open();
    });
  }
  document.addEventListener('hub:find', open);
}

function drawNote(text) {
  const note = document.createElement('p');
  note.className = 'finder__note';
  note.textContent = text;
  return note;
}

function drawGroup(dialog, heading, rows) {
  const group = clone(dialog, 'group');
  slot(group, 'heading').textContent = heading;
  group.setAttribute('aria-label', heading);
  for (const row of rows) {
    const option = clone(dialog, 'option');
    option.href = row.url;
    slot(option, 'title').replaceChildren(...titleNodes(row));
    slot(option, 'where').textContent = row.where ?? '';
    group.append(option);
  }
  return group;
}

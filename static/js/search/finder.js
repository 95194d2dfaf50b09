// The search field of every page: while one types it shows rooms, people and texts that are meant. `/` or Ctrl+K leads
// there, arrows choose, Enter opens; Escape leads back to where one was. Its form alone searches.

import { all, slot } from '../lib/dom.js';
import { counted } from '../lib/plural.js';
import { clone, titleNodes } from './pieces.js';

const PAUSE_MS = 120;
const GROUPS = ['rooms', 'people', 'recent', 'results', 'words'];
const IME_KEY = 229;

export function mountFinder({ http }) {
  const root = document.getElementById('finder');
  if (!root) return;
  const field = root.querySelector('#finder-field');
  const panel = slot(root, 'panel');
  const words = JSON.parse(slot(root, 'texts').textContent);
  let timer = null;
  let chosen = -1;
  let cameFrom = null;

  const options = () => all('[role="option"]', root);

  /** `index` among the options, also from behind; null: none. */
  function choose(index) {
    const found = options();
    chosen = index === null || found.length === 0 ? -1 : (index + found.length) % found.length;
    found.forEach((option, i) => option.setAttribute('aria-selected', String(i === chosen)));
    if (chosen < 0) field.removeAttribute('aria-activedescendant');
    else field.setAttribute('aria-activedescendant', found[chosen].id);
    found[chosen]?.scrollIntoView({ block: 'nearest' });
  }

  async function ask() {
    const typed = field.value;
    const answer = await http.get(`/search/finder?q=${encodeURIComponent(typed)}`).catch(() => null);
    if (!answer || field.value !== typed || panel.hidden) return;
    const headings = answer.nearest ? { ...words, results: words.nearest } : words;
    const groups = GROUPS.filter((name) => answer[name].length > 0).map((name) => drawGroup(root, headings[name], answer[name]));
    slot(root, 'notes').replaceChildren(...answer.notes.map(drawNote));
    slot(root, 'list').replaceChildren(...groups);
    options().forEach((option, i) => {
      option.id = `finder-${i}`;
    });
    choose(null);
    const count = options().length;
    slot(root, 'status').textContent = [...answer.notes, count > 0 ? counted(words.count, count) : words.none].join(' ');
  }

  function open() {
    if (panel.hidden) {
      setOpen(true);
      ask();
    }
    field.focus();
  }

  function setOpen(is) {
    if (panel.hidden === !is) return;
    panel.hidden = !is;
    root.classList.toggle('finder--open', is);
    field.setAttribute('aria-expanded', String(is));
    if (!is) choose(null);
  }

  /** Back to where the reader was, if that is still there to be seen. */
  function leave() {
    setOpen(false);
    field.value = '';
    if (cameFrom?.isConnected && cameFrom !== document.body) cameFrom.focus();
    else field.blur();
  }

  // Whoever only passes by with Tab is shown nothing: the list opens when it is asked for, or when something is typed.
  field.addEventListener('focus', (event) => {
    if (!root.contains(event.relatedTarget)) cameFrom = event.relatedTarget;
  });
  field.addEventListener('click', open);
  root.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !root.contains(event.relatedTarget)) setOpen(false);
  });
  document.addEventListener('pointerdown', (event) => {
    if (!root.contains(event.target)) setOpen(false);
  });
  field.addEventListener('input', (event) => {
    clearTimeout(timer);
    setOpen(true);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener('compositionend', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  root.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === IME_KEY) return;
    if (panel.hidden) {
      if (event.key === 'ArrowDown') open();
      return;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (options().length > 0) choose(chosen === -1 && event.key === 'ArrowUp' ? -1 : chosen + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && chosen >= 0) {
      event.preventDefault();
      options()[chosen].click();
    } else if (event.key === 'Escape') {
      event.preventDefault(); // a search field would only be emptied by it
      leave();
    }
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

function drawGroup(root, heading, rows) {
  const group = clone(root, 'group');
  slot(group, 'heading').textContent = heading;
  group.setAttribute('aria-label', heading);
  for (const row of rows) {
    const option = clone(root, 'option');
    option.href = row.url;
    slot(option, 'title').replaceChildren(...titleNodes(row));
    slot(option, 'where').textContent = row.where ?? '';
    group.append(option);
  }
  return group;
}

// Answers before asking: while a question is being typed, what is like it appears beside it. Never while an input method
// composes, never over what somebody does, and only the newest answer counts.

import { clone, nodesOf, titleNodes } from './pieces.js';
import { slot } from '../lib/dom.js';
import { counted } from '../lib/plural.js';

const PAUSE_MS = 120;
const ENOUGH_CHARS = 8;
const SENTENCE = /[、。\n]/u;

/** Whether a text says enough to look for something like it. */
export const worthAsking = (text) => {
  const plain = text.trim();
  return [...plain].length >= ENOUGH_CHARS || (plain.length > 1 && SENTENCE.test(text));
};

/** `send(event, payload)` as of the feed; `http` for what is written. */
export function mountSuggestions(form, { send, http }) {
  const box = form.querySelector('[data-suggestions]');
  if (!box) return;
  const area = form.elements.body;
  const status = form.querySelector('[data-suggestions-status]');
  let timer = null;
  let asked = '';
  let composing = false;

  const isQuestion = () => (form.querySelector('[name="kind"]:checked') ?? form.elements.kind)?.value !== 'notice';

  async function ask() {
    const text = area.value;
    if (composing || text === asked) return;
    asked = text;
    if (!worthAsking(text) || !isQuestion()) {
      draw(box, status, []);
      return;
    }
    const answer = await send('search:similar', { text: text.slice(0, 2_000) }).catch(() => null);
    if (answer && area.value === text) draw(box, status, answer.similar);
  }

  const later = () => {
    clearTimeout(timer);
    if (!composing) timer = setTimeout(ask, PAUSE_MS);
  };
  area.addEventListener('compositionstart', () => {
    composing = true;
    clearTimeout(timer);
  });
  area.addEventListener('compositionend', () => {
    composing = false;
    later();
  });
  area.addEventListener('input', later);
  box.addEventListener('click', (event) => {
    const item = event.target.closest('[data-action="solved"]')?.closest('.suggestion');
    if (item) solved(item);
  });

  async function solved(item) {
    const given = { kind: item.dataset.kind, ref_id: item.dataset.ref, room_id: box.dataset.roomId };
    const answer = await http.post('/search/solved', given).catch(() => null);
    if (!answer) return;
    area.value = '';
    area.dispatchEvent(new Event('input', { bubbles: true }));
    location.assign(answer.data.address);
  }
}

function draw(box, status, similar) {
  const list = slot(box, 'list');
  list.replaceChildren(...similar.map((row) => drawn(box, row)));
  box.hidden = similar.length === 0;
  const words = slot(box.querySelector('template[data-slot="words"]').content, 'found').dataset;
  status.textContent = similar.length > 0 ? counted(words, similar.length) : '';
}

function drawn(box, row) {
  const item = clone(box, 'item');
  Object.assign(item.dataset, { kind: row.ref_kind, ref: row.id });
  slot(item, 'link').href = row.url;
  slot(item, 'kind').textContent = row.kind_name;
  slot(item, 'title').replaceChildren(...titleNodes(row));
  slot(item, 'excerpt').replaceChildren(`${row.where}: `, ...nodesOf(row.excerpt));
  item.querySelector('button').setAttribute('aria-label', `${item.querySelector('button').textContent}: ${row.title}`);
  return item;
}

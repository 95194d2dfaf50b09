// Answers before asking: while a question is being typed, what is like it appears beside it. Never while an input method
// composes, never over what somebody does, and only the newest answer counts.

import { clone, nodesOf, titleNodes } from './pieces.js';
import { one, slot } from '../lib/dom.js';
import { counted } from '../lib/plural.js';

const PAUSE_MS = 60; // with the time of an answer, less than 150 ms from a pause to what is shown
const AGAIN_MS = 1_000; // after an answer that did not come, and each time twice as long
const AGAIN_MAX_MS = 30_000;
const PASSING = new Set(['offline', 'timeout', 'unavailable', 'rate_limited', 'conflict']); // conflict: asked from elsewhere
const MOST_CHARS = 2_000;
const ENOUGH_CHARS = 8;
const SENTENCE = /[、。\n]/u;

/** So much of a text as is asked with: letters, for half an emoji would be refused. */
export const beginning = (text) => [...text].slice(0, MOST_CHARS).join('');

/** Title and body as one text. A line break between them would be taken for the end of a sentence. */
export const whole = (title, body) => `${title} ${body}`.trimStart();

/** Whether a text says enough to look for something like it. */
export const worthAsking = (text) => {
  const plain = text.replace(/\s/gu, '');
  return [...plain].length >= ENOUGH_CHARS || (plain.length > 1 && SENTENCE.test(text));
};

/**
 * When to ask, and for which text. `text()` is what stands there now; `ask(text)` resolves to an answer or rejects;
 * `show(answer)` gets null where there is nothing to ask for. One question is under way at a time: the server answers
 * one after the other, and whoever presses 送信 waits behind no more than one. What may pass is tried again; a text that
 * was refused is not, and nothing is shown for it.
 */
export function createAsker({ text, ask, show, later = setTimeout, never = clearTimeout }) {
  let timer = null;
  let done = '';
  let busy = false;
  let failures = 0;
  let composing = false;

  async function due() {
    const now = text();
    if (composing || busy || now === done) return;
    if (!worthAsking(now)) {
      done = now;
      show(null);
      return;
    }
    busy = true;
    const { answer = null, pause = 0 } = await outcome(now);
    busy = false;
    if (!pause) done = now;
    if (text() !== now) wait(0);
    else if (pause) wait(pause);
    else show(answer);
  }

  /** -> {answer}, or {pause} where it is worth asking again after so long, or neither. */
  async function outcome(now) {
    try {
      const answer = await ask(now);
      failures = 0;
      return { answer };
    } catch (fault) {
      if (!PASSING.has(fault?.code)) return {};
      failures += 1;
      const pause = Math.min(AGAIN_MS * 2 ** (failures - 1), AGAIN_MAX_MS);
      return { pause: Math.max(pause, (fault.retry_after_s ?? 0) * 1_000) };
    }
  }

  function wait(ms) {
    never(timer);
    timer = composing ? null : later(due, ms);
  }

  return {
    changed: () => wait(PAUSE_MS),
    composes(is) {
      composing = is;
      wait(PAUSE_MS);
    },
  };
}

/** `send(event, payload)` as of the feed; `http` for what is written. */
export function mountSuggestions(form, { send, http }) {
  const box = one('[data-suggestions]', form);
  if (!box) return;
  const { title, body: area } = form.elements;
  const status = one('[data-suggestions-status]', form);
  const isQuestion = () => (one('[name="kind"]:checked', form) ?? form.elements.kind)?.value !== 'notice';

  const asker = createAsker({
    text: () => (isQuestion() ? whole(title.value, area.value) : ''),
    ask: (text) => send('search:similar', { text: beginning(text) }),
    show: (answer) => draw(box, status, answer?.similar ?? [], answer !== null),
  });
  for (const field of [title, area]) {
    field.addEventListener('compositionstart', () => asker.composes(true));
    field.addEventListener('compositionend', () => asker.composes(false));
    field.addEventListener('input', asker.changed);
  }
  form.addEventListener('change', asker.changed);
  asker.changed(); // a draft may stand there already
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

/** `asked`: an answer came. Of one that holds nothing a quiet line says so. */
function draw(box, status, similar, asked) {
  slot(box, 'list').replaceChildren(...similar.map((row) => drawn(box, row)));
  slot(box, 'hint').hidden = asked;
  slot(box, 'none').hidden = !asked || similar.length > 0;
  const words = slot(one('template[data-slot="words"]', box).content, 'found').dataset;
  status.replaceChildren(...(similar.length > 0 ? [wayTo(box, counted(words, similar.length))] : []));
}

function wayTo(box, words) {
  const link = document.createElement('a');
  link.href = `#${box.id}`;
  link.textContent = words;
  return link;
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

// Whose turn it is in a consultation and since when; the turns before are asked for anew when the ball has moved.

import { one, show, slot, text } from '../lib/dom.js';
import { refresh, timeElement } from '../lib/times.js';
import { setSafeHtml } from './message.js';

/** The key of the words: the side, told apart by whether the body that asks is meant. */
export const turnKey = ({ side, state }) => (side !== 'outside' && state === 'answered' ? 'asking' : side);

/** The turns before are asked for when somebody wants to see them. */
export function mountTurn(pane, deps) {
  const element = one('[data-turn]', pane);
  element?.addEventListener('toggle', () => element.open && askForTurns(element, deps));
}

/** `data-turn` says which turn is shown: its number, or how the consultation was closed. */
export function drawTurn(head, thread, deps) {
  const element = one('[data-turn]', head);
  const shown = String(thread.turn?.number ?? thread.closed_as);
  if (!element) return;
  show(element, 'charge', Boolean(thread.charge));
  text(element, 'charge-name', thread.charge?.name || thread.charge?.duty || '');
  drawPromise(head, thread, deps);
  if (element.dataset.turn === shown) return;
  element.dataset.turn = shown;
  const { turn } = thread;
  const { times, words } = deps;
  const said = turn ? words.turns[turnKey({ side: turn.side, state: thread.state })].replace('{whom}', () => turn.whom) : words.turns.past;
  text(element, 'turn-words', said);
  show(element, 'turn-from', Boolean(turn));
  if (turn) slot(element, 'turn-at').replaceChildren(timeElement(times, turn.from_at, 'brief'));
  show(element, 'turn-expected', Boolean(turn?.expected_on));
  text(element, 'turn-day', turn?.expected_on ? times.day(`${turn.expected_on}T00:00:00+09:00`) : '');
  if (element.open) askForTurns(element, deps);
}

/** A day without an answer is over when the next one has begun in Japan. */
export const isBroken = ({ due_on: day }, now = Date.now()) => now >= Date.parse(`${day}T00:00:00+09:00`) + 24 * 3_600_000;

function drawPromise(head, { promise, state }, { times }) {
  const broken = Boolean(promise && isBroken(promise));
  const pill = show(head, 'promise', Boolean(promise));
  pill.className = `pill pill--${broken ? 'danger' : 'info'}`;
  show(pill, 'promise-kept', !broken);
  show(pill, 'broken', broken);
  text(pill, 'promise-day', promise ? times.date(`${promise.due_on}T00:00:00+09:00`) : '');
  const menu = one('[data-promise]', head);
  if (!menu) return;
  menu.hidden = state !== 'open';
  show(menu, 'promised', Boolean(promise));
}

async function askForTurns(element, { http, times }) {
  const shown = element.dataset.turn;
  const answer = await http.get(element.dataset.turns).catch(() => null);
  if (!answer || element.dataset.turn !== shown) return;
  const list = slot(element, 'turn-list');
  setSafeHtml(list, answer.html);
  refresh(times, list);
}

// The rooms pane: filters while one types, counts what arrives, and says who wrote last and how that begins. Of very many
// rooms the page holds the first; a name that is typed is then looked for among all of them.

import { all, one, show, slot, text } from '../lib/dom.js';
import { refresh, timeElement } from '../lib/times.js';
import { askOnce, fetchOnce } from '../lib/together.js';
import { EXCERPT_CHARS, quoteOf } from '../threads/message.js';

const PAUSE_MS = 150;
const TOGETHER_MS = 1_000;
const APART_MS = 4_000; // everybody in a room hears of a change at once; they do not all ask at once
const GONE = new Set(['message:deleted', 'thread:left', 'thread:arrived', 'access:changed']);
const STATES = new Set(['thread:opened', 'thread:changed', 'thread:left', 'thread:arrived']);

/** Width, case and kind of kana do not matter. */
export const folded = (value) =>
  value.normalize('NFKC').toLowerCase().trim().replace(/[ァ-ヶ]/gu, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60));

/** Asks anew what waits in the rooms when a consultation has changed its state, several changes at once. Those of a room
 *  that everybody reads concern the DX section and whoever asked: six hundred pages must not ask for one of them. */
export function followWaiting({ feed, http, me, isCommon, draw, later = setTimeout, chance = Math.random }) {
  const known = new Map(); // thread id -> the state that was heard last
  const concerns = (thread) => me.answers || !isCommon(thread.room_id) || thread.opened_by?.organisation === me.organisation;
  const soon = fetchOnce(http, '/rooms', (answer) => draw(answer.rooms), later);
  feed.subscribe((_state, frame) => {
    if (!STATES.has(frame?.type)) return;
    const thread = frame.data.thread ?? frame.data;
    if (thread.state === null || known.get(thread.thread_id) === (thread.state ?? 'left') || !concerns(thread)) return;
    known.set(thread.thread_id, thread.state ?? 'left');
    soon(TOGETHER_MS + chance() * APART_MS);
  });
}

/** Asks anew what is unread when something of it was read, may have gone or come: only where a number stands that may be wrong, or
 *  where the thread that left is the one whose last message is shown (`shows`). */
export function followUnread({ feed, http, isNumbered, shows = () => false, draw, later = setTimeout, chance = Math.random }) {
  const soon = fetchOnce(http, '/rooms', (answer) => draw(answer.rooms), later);
  feed.subscribe((_state, frame) => {
    if (frame?.type === 'mark:moved' && isNumbered(frame.data.room_id)) soon(TOGETHER_MS);
    if (!GONE.has(frame?.type)) return;
    const room = frame.stream?.startsWith('room:') ? frame.stream.slice(5) : null;
    const left = frame.type === 'thread:left' && shows(frame.data.thread_id);
    if (room && frame.type !== 'thread:arrived' && !isNumbered(room) && !left) return;
    soon(room ? TOGETHER_MS + chance() * APART_MS : TOGETHER_MS);
  });
}

export function mountRooms({ feed, me, http, words, times }) {
  const pane = one('[data-rooms]');
  if (!pane) return;
  const items = () => all('[data-room-id]', pane);
  const itemOf = (id) => items().find((item) => item.dataset.roomId === id);
  mountFilter(pane, items, http, (part) => refresh(times, part));
  const reading = one('[data-read-rooms]', pane);
  const offer = () => reading && (reading.hidden = !items().some((item) => numberOf(item) > 0));
  feed.subscribe((_state, frame) => {
    count(itemOf, frame, me);
    if (reading && frame?.type === 'message:posted') reading.elements.until.value = frame.data.message_id;
    offer();
    follow(items(), frame, { words, times });
    if (frame?.type === 'access:changed') show(pane, 'access-changed', true); // the person reloads, when nothing is half-written
  });
  const isCommon = (id) => itemOf(id)?.dataset.kind === 'commons';
  followWaiting({ feed, http, me, isCommon, draw: (rooms) => drawWaiting(itemOf, rooms) });
  const isNumbered = (id) => numberOf(itemOf(id)) > 0;
  const shows = (thread) => items().some((item) => item.dataset.lastThread === thread);
  const draw = (rooms) => {
    drawUnread(items(), rooms);
    offer();
    for (const room of rooms) drawLast(itemOf(room.room_id), room.last, times);
  };
  followUnread({ feed, http, isNumbered, shows, draw });
}

/** What is typed narrows the rows that are there; where there are more rooms than rows, all of them are looked through. */
function mountFilter(pane, items, http, refreshTimes) {
  const field = one('[data-room-filter]', pane).elements.q;
  const [list, more] = [one('.room-list', pane), one('[data-more-rooms]', pane)];
  const first = [...list.children];
  const ask = async () => {
    const wanted = field.value;
    const answer = wanted.trim() && (await http.get(`/rooms?q=${encodeURIComponent(wanted)}`).catch(() => null));
    if (!answer || field.value !== wanted) return;
    list.replaceChildren(...new DOMParser().parseFromString(answer.html, 'text/html').body.children);
    refreshTimes(list);
    one('[data-no-rooms]', pane).hidden = items().length > 0;
  };
  const soon = askOnce(ask);
  field.addEventListener('input', () => {
    if (more) {
      more.hidden = field.value.trim() !== '';
      if (!more.hidden) list.replaceChildren(...first);
      else soon(PAUSE_MS);
    }
    filter(items(), field.value, one('[data-no-rooms]', pane));
  });
}

/** What was said last in a room, as it is said or changed; of a room that may no longer be read nothing. */
function follow(items, frame, { words, times }) {
  const { type, data, stream } = frame ?? {};
  if (type === 'closed') drawLast(items.find((i) => stream === `room:${i.dataset.roomId}`), null, times);
  if (type !== 'message:posted' && type !== 'message:edited' && type !== 'message:deleted') return;
  const item = items.find((i) => i.dataset.roomId === data.room_id);
  if (!item || (type !== 'message:posted' && item.dataset.last !== data.message_id)) return;
  const { message_id, thread_id, created_at: at, author } = data;
  drawLast(item, { message_id, thread_id, at, writer: author.name, excerpt: quoteOf(data, EXCERPT_CHARS, words) }, times);
}

/** `last` as in GET /rooms. */
function drawLast(item, last, times) {
  if (!item) return;
  show(item, 'last', last !== null);
  text(item, 'last-writer', last?.writer ?? '');
  text(item, 'last-excerpt', last?.excerpt ?? '');
  slot(item, 'time').replaceChildren(...(last ? [timeElement(times, last.at, 'brief')] : []));
  item.dataset.last = last?.message_id ?? '';
  item.dataset.lastThread = last?.thread_id ?? '';
}

function drawWaiting(itemOf, rooms) {
  for (const room of rooms) {
    const item = itemOf(room.room_id);
    if (!item) continue;
    show(item, 'waiting', room.waiting > 0).textContent = room.waiting_words;
    show(item, 'urgent', room.urgent > 0);
  }
}

/** A room that is not among them may no longer be read. */
export function drawUnread(items, rooms) {
  const unread = new Map(rooms.map((room) => [room.room_id, room.unread]));
  for (const item of items) {
    const number = item.classList.contains('room-item--muted') ? 0 : (unread.get(item.dataset.roomId) ?? 0);
    text(item, 'unread-number', String(number));
    show(item, 'unread', number > 0);
  }
}

const numberOf = (item) => (item ? Number(one('[data-slot="unread-number"]', item).textContent) : 0);

function filter(items, wanted, empty) {
  const sought = folded(wanted);
  for (const item of items) item.hidden = ![item.dataset.name, item.dataset.kana].some((name) => folded(name).includes(sought));
  empty.hidden = items.some((item) => !item.hidden);
}

/** A message by somebody else raises its room's number; the room that is open counts in the thread list instead. */
function count(itemOf, frame, me) {
  if (frame?.type !== 'message:posted' || frame.data.author.staff_id === me.staff_id) return;
  const item = itemOf(frame.data.room_id);
  if (!item || item.classList.contains('room-item--muted')) return;
  const number = one('[data-slot="unread-number"]', item);
  text(item, 'unread-number', String(Number(number.textContent) + 1));
  show(item, 'unread', true);
}

// The threads pane of the open room: new threads appear, changed ones move up, unread messages are counted, and each says
// who wrote last and how that begins. While the mouse is over the list no thread moves under it.

import { all, clone, one, show, slot, text } from '../lib/dom.js';
import { counted } from '../lib/plural.js';
import { timeElement } from '../lib/times.js';
import { drawPills, titleOf } from './head.js';
import { EXCERPT_CHARS, quoteOf } from './message.js';

export function mountThreadList(page, { feed, words, times, me }) {
  const list = one('[data-threads]');
  if (!list) return;
  const view = { list, words, times, me, roomId: page.room_id, current: page.thread_id, erased: new Set(), rising: [] };
  const readRoom = one('[data-read-room]');
  list.addEventListener('pointerleave', () => rise(view));
  feed.subscribe((state, frame) => {
    for (const thread of Object.values(state.threads)) drawThread(view, thread);
    if (frame?.type === 'thread:left') find(view, frame.data.thread_id)?.remove();
    if (frame?.type === 'thread:arrived') drawArrived(view, frame.data);
    if (frame?.type === 'message:posted') drawPosted(view, frame.data);
    if (frame?.type === 'message:posted' && frame.data.room_id === view.roomId && readRoom) readRoom.elements.until.value = frame.data.message_id;
    if (frame?.type === 'message:edited') drawLast(view, frame.data);
    if (frame?.type === 'message:deleted') drawErased(view, frame.data);
    if (frame?.type === 'mark:moved') markRead(view, state, frame.data);
    if (frame?.type === 'closed' && frame.stream === `room:${view.roomId}`) for (const item of all('[data-thread-id]', list)) show(item, 'last', false);
  });
}

/** A new thread that waits for the mouse to go is not in the list yet. */
const find = ({ list, rising }, id) =>
  list.querySelector(`[data-thread-id="${CSS.escape(id)}"]`) ?? rising.find((item) => item.dataset.threadId === id);

function drawThread(view, thread) {
  if (thread.room_id !== view.roomId) return;
  let item = find(view, thread.thread_id);
  if (item?.dataset.drawn === `${thread.version}:${thread.last_position}`) return;
  if (!item) {
    item = clone('thread-item');
    item.dataset.threadId = thread.thread_id;
    one('a', item).href = `/threads/${thread.thread_id}`;
    rise(view, item);
  } else if (item.dataset.drawn && Number(item.dataset.drawn.split(':')[1]) < thread.last_position) {
    rise(view, item);
  }
  item.dataset.drawn = `${thread.version}:${thread.last_position}`;
  text(item, 'title', titleOf(thread, view.words));
  text(item, 'kind', view.words.kinds[thread.kind]);
  text(item, 'author', thread.opened_by.organisation);
  slot(item, 'time').replaceChildren(timeElement(view.times, thread.last_message_at, 'brief'));
  drawPills(item, thread, view.words);
}

/** To the top, or as soon as the mouse is no longer over the list. */
function rise(view, item = null) {
  if (item) view.rising = [...view.rising.filter((other) => other !== item), item];
  if (item && view.list.matches(':hover')) return;
  for (const waiting of view.rising) view.list.prepend(waiting);
  view.rising = [];
}

function drawPosted(view, message) {
  const item = find(view, message.thread_id);
  if (!item || message.position <= Number(item.dataset.position)) return;
  item.dataset.position = message.position;
  drawLast(view, message);
  if (message.position > 1) setReplies(view, item, Number(item.dataset.replies) + 1);
  if (message.author.staff_id !== view.me.staff_id && message.thread_id !== view.current) {
    setUnread(item, Number(one('[data-slot="unread-number"]', item).textContent) + 1);
  }
}

/** The last message of its thread, as it is now. One that is alone stands in the title already. */
function drawLast(view, message) {
  const item = find(view, message.thread_id);
  if (!item || message.position !== Number(item.dataset.position)) return;
  show(item, 'last', message.position > 1);
  text(item, 'last-writer', message.author.name);
  text(item, 'last-excerpt', quoteOf(message, EXCERPT_CHARS, view.words));
}

function drawArrived(view, { thread, messages }) {
  const item = find(view, thread.thread_id);
  if (!item) return;
  item.dataset.position = thread.last_position;
  setReplies(view, item, messages.filter((m) => m.position > 1 && m.state === 'shown').length);
  for (const message of messages) drawLast(view, message);
}

function setReplies(view, item, number) {
  item.dataset.replies = number;
  show(item, 'replies', number > 0);
  text(item, 'replies-number', counted(view.words.replies, number));
}

/** Whether a message that was deleted or blacked out counted as unread until now; `erased` are those that were before. */
export function wasUnread(message, read, erased, me) {
  if (message.position <= read || erased.has(message.message_id)) return false;
  erased.add(message.message_id);
  return message.author.staff_id !== me.staff_id;
}

function drawErased(view, message) {
  const item = find(view, message.thread_id);
  if (!item) return;
  drawLast(view, message);
  const known = view.erased.has(message.message_id);
  if (wasUnread(message, Number(item.dataset.read ?? 0), view.erased, view.me)) {
    setUnread(item, Math.max(0, Number(one('[data-slot="unread-number"]', item).textContent) - 1));
  }
  view.erased.add(message.message_id);
  if (!known && message.position > 1) setReplies(view, item, Math.max(0, Number(item.dataset.replies) - 1));
}

function markRead(view, state, mark) {
  const item = find(view, mark.thread_id);
  const thread = state.threads[mark.thread_id];
  if (item) item.dataset.read = mark.position;
  if (item && thread) setUnread(item, mark.unread ?? Math.max(0, thread.last_position - mark.position));
}

function setUnread(item, unread) {
  show(item, 'unread', unread > 0);
  text(item, 'unread-number', String(unread));
  item.classList.toggle('thread-item--unread', unread > 0);
  if (unread === 0) show(item, 'mentioned', false);
}

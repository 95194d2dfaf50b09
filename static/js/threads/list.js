// The threads pane of the open room: new threads appear, changed ones move up, unread messages are counted.

import { clone, one, show, slot, text } from '../lib/dom.js';
import { timeElement } from '../lib/times.js';
import { drawPills, titleOf } from './head.js';

export function mountThreadList(page, { feed, words, times, me }) {
  const list = one('[data-threads]');
  if (!list) return;
  const view = { list, words, times, me, roomId: page.room_id, current: page.thread_id, erased: new Set() };
  feed.subscribe((state, frame) => {
    for (const thread of Object.values(state.threads)) drawThread(view, thread);
    if (frame?.type === 'thread:left') find(list, frame.data.thread_id)?.remove();
    if (frame?.type === 'message:posted') countUnread(view, frame.data);
    if (frame?.type === 'message:deleted') countErased(view, frame.data);
    if (frame?.type === 'mark:moved') markRead(view, state, frame.data);
  });
}

const find = (list, id) => list.querySelector(`[data-thread-id="${CSS.escape(id)}"]`);

function drawThread(view, thread) {
  if (thread.room_id !== view.roomId) return;
  let item = find(view.list, thread.thread_id);
  if (item?.dataset.drawn === `${thread.version}:${thread.last_position}`) return;
  if (!item) {
    item = clone('thread-item');
    item.dataset.threadId = thread.thread_id;
    one('a', item).href = `/threads/${thread.thread_id}`;
    view.list.prepend(item);
  } else if (item.dataset.drawn && Number(item.dataset.drawn.split(':')[1]) < thread.last_position) {
    view.list.prepend(item);
  }
  item.dataset.drawn = `${thread.version}:${thread.last_position}`;
  text(item, 'title', titleOf(thread, view.words));
  text(item, 'kind', view.words.kinds[thread.kind]);
  text(item, 'author', thread.opened_by.organisation);
  slot(item, 'time').replaceChildren(timeElement(view.times, thread.last_message_at, 'brief'));
  drawPills(item, thread, view.words);
}

function countUnread(view, message) {
  const item = find(view.list, message.thread_id);
  if (!item || message.author.staff_id === view.me.staff_id || message.thread_id === view.current) return;
  const number = one('[data-slot="unread-number"]', item);
  setUnread(item, Number(number.textContent) + 1);
}

/** Whether a message that was deleted or blacked out counted as unread until now; `erased` are those that were before. */
export function wasUnread(message, read, erased, me) {
  if (message.position <= read || erased.has(message.message_id)) return false;
  erased.add(message.message_id);
  return message.author.staff_id !== me.staff_id;
}

function countErased(view, message) {
  const item = find(view.list, message.thread_id);
  if (!item || !wasUnread(message, Number(item.dataset.read ?? 0), view.erased, view.me)) return;
  const number = one('[data-slot="unread-number"]', item);
  setUnread(item, Math.max(0, Number(number.textContent) - 1));
}

function markRead(view, state, mark) {
  const item = find(view.list, mark.thread_id);
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

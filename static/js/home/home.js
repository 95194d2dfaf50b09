// ホーム and 通知 while they stay open: what is asked, answered, announced and read, here and elsewhere, shows in their lists.

import { outdatedBy } from '../feed/derived.js';
import { one } from '../lib/dom.js';
import { Living } from '../lib/living.js';
import { refresh } from '../lib/times.js';

const SOON_MS = 300;
const APART_MS = 8_000; // what concerns a whole prefecture is not asked for by all of it at once
const OWN = new Set(['inbox:added', 'inbox:changed', 'access:changed', 'closed']);
const OF_THREADS = new Set(['thread:opened', 'thread:changed', 'thread:arrived']);

/** Whether something on the page may have changed with a frame. `page`: me, ownRoom, shows(threadId), lists(roomId);
 * hearsOwn: it lists what is said to its reader, and nothing else. */
export function concerns({ type, stream, data }, page) {
  if (OWN.has(type)) return true;
  if (page.hearsOwn) return page.shows(outdatedBy({ type, data }));
  if (type === 'mark:moved') return page.shows(data.thread_id) || page.listsRooms;
  const room = stream?.startsWith('room:') ? stream.slice(5) : null;
  if (room === null) return false;
  if (page.lists(room)) return true;
  const thread = data.thread ?? data;
  if (page.shows(thread.thread_id)) return true;
  return OF_THREADS.has(type) && isWaitedFor(thread, page);
}

function isWaitedFor(thread, { me, ownRoom }) {
  if (thread.kind === 'notice') return true;
  if (thread.kind !== 'consultation') return false;
  return me.answers || thread.room_id === ownRoom || thread.opened_by.organisation === me.organisation;
}

/** What everybody reads is asked for in turns; what one person or one town reads, and what was taken away, at once. */
export function waitFor(frame, page, chance) {
  const own = !frame.stream?.startsWith('room:') || frame.stream === `room:${page.ownRoom}` || outdatedBy(frame) !== null;
  return own || page.me.answers ? SOON_MS : SOON_MS + chance() * APART_MS;
}

export function mountHome({ feed, http, words, me, times }) {
  const root = one('[data-living]');
  if (!root) return;
  const living = new Living(root, one('[data-living-news]'), { http, words, refresh: (part) => refresh(times, part) });
  const has = (name, id) => root.querySelector(`[data-${name}="${CSS.escape(id ?? '')}"]`) !== null;
  const page = {
    me,
    ownRoom: root.dataset.ownRoom,
    hearsOwn: root.dataset.hears === 'own',
    shows: (id) => has('thread-id', id),
    lists: (id) => has('room-id', id),
    get listsRooms() {
      return one('[data-room-id]', root) !== null;
    },
  };
  feed.subscribe((_state, frame) => {
    if (frame && concerns(frame, page)) living.changed(waitFor(frame, page, Math.random));
  });
}

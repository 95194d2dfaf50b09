// The thread page: connects the feed's state with timeline, composers, head and notes.

import { isBack } from '../feed/pending.js';
import { all, one, slot } from '../lib/dom.js';
import { clientId } from '../lib/ids.js';
import { counted } from '../lib/plural.js';
import { Composer, composing } from './composer.js';
import { keepAtEnd } from './bottom.js';
import { editLast, endEditing, installActions } from './actions.js';
import { drawHead } from './head.js';
import { History } from './history.js';
import { MentionPicker } from './mentions.js';
import { NotesPanel } from './notes.js';
import { Timeline } from './timeline.js';
import { EXCERPT_CHARS, quoteOf } from './message.js';
import { ReadMarker } from './reading.js';
import { mountSide } from './side.js';
import { mountTurn } from './turn.js';
import { TypingSign } from './typing.js';

/** `deps` = {feed, http, me, words, store, times}; `page` is the JSON of #hub-page. */
export function mountThread(page, deps) {
  const pane = one('[data-thread]');
  if (!pane) return;
  const threadId = pane.dataset.thread;
  mountSide(pane);
  mountTurn(pane, deps);
  const messagesOf = (state) => state.messages[threadId] ?? {};
  const context = {
    viewer: page.viewer,
    times: deps.times,
    words: deps.words,
    quoted: (id) => messagesOf(deps.feed.state)[id], // undefined when the message is not loaded
  };
  const timeline = new Timeline(one('[data-timeline]', pane), scrollerOf(pane), { first: page.thread.first_position }, context);
  const history = new History(pane, timeline, threadId, deps);
  const reading = new ReadMarker(pane, threadId, timeline, deps);
  const typing = new TypingSign(one('[data-typing]', pane), threadId, deps);
  const notes = page.notes ? new NotesPanel(one('[data-notes]', pane), threadId, deps) : null;
  const composers = mountComposers(pane, threadId, deps);
  const archived = slot(pane, 'composer')?.hidden && !page.thread.thread.locked;
  const close = (thread) => composers.message?.close(Boolean(archived || thread.locked));
  close(page.thread.thread);
  installActions(pane, { ...deps, composer: composers.message, messagesOf });

  let { locked } = page.thread.thread;
  const draw = (state) => {
    const thread = state.threads[threadId];
    if (!thread) { // moved away, or no longer ours to read, while it was being read
      leave(threadId, page, deps, composers);
      return;
    }
    const added = timeline.draw(messagesOf(state));
    composers.message?.requote(messagesOf(state));
    endEditing(pane, messagesOf(state), deps);
    announce(added, page.viewer, deps);
    drawHead(pane, thread, page.viewer, deps);
    if (thread.locked !== locked) deps.announce(deps.words.said[thread.locked ? 'locked' : 'unlocked']);
    locked = thread.locked;
    close(thread);
    history.refresh(thread);
    notes?.draw(state.notes[threadId] ?? {});
    typing.silence(added);
    reading.look();
  };
  deps.feed.subscribe(draw);
  deps.feed.onPending((items) => {
    drawPending(items, threadId, timeline, notes, page, deps);
    giveBack(items, threadId, composers, deps);
  });
  timeline.draw(messagesOf(deps.feed.state));
  history.openAt(location.hash);
  keepAtEnd(timeline, [one('[data-scroller]', pane), one('.pane__foot', pane)]);
}

/** On wide screens the pane scrolls, on a phone the page. */
function scrollerOf(pane) {
  const body = one('[data-scroller]', pane);
  return getComputedStyle(body).overflowY === 'visible' ? document.scrollingElement : body;
}

function mountComposers(pane, threadId, deps) {
  const found = {};
  for (const form of all('[data-composer]', pane)) {
    const kind = form.dataset.composer;
    const event = kind === 'note' ? 'note:post' : 'message:post';
    const keep = (payload) => deps.feed.post(event, { thread_id: threadId, ...payload });
    found[kind] = new Composer(form, deps, keep);
    if (kind === 'message') form.elements.body.addEventListener('keydown', (event) => upEdits(event, pane));
    new MentionPicker(form.elements.body, form.dataset.roomId, deps.http, deps.words.mentionable);
  }
  return found;
}

function upEdits(event, pane) {
  const plain = !composing(event) && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (event.key === 'ArrowUp' && plain && event.target.value === '' && editLast(pane)) event.preventDefault();
}

/** What is being written here goes along: kept as something unsent, which every page shows. */
function leave(threadId, page, { feed, words }, composers) {
  for (const [kind, composer] of Object.entries(composers)) {
    delete composers[kind]; // nothing is given back here any more
    const body = composer.area.value;
    if (body.trim() === '') continue;
    const payload = { thread_id: threadId, body, client_id: clientId() };
    feed.keepBack(kind === 'note' ? 'note:post' : 'message:post', payload, { code: 'not_found', message: words.refusals.gone });
    composer.drafts.drop();
  }
  location.assign(`/rooms/${page.room_id}`);
}

/** Items on their way, behind the conversation or the notes. */
function drawPending(items, threadId, timeline, notes, page, deps) {
  const here = items.filter((item) => item.payload.thread_id === threadId && !isBack(item));
  for (const item of here.filter((i) => i.event === 'message:post')) timeline.showPending(item, draftMessage(item, page, deps));
  for (const id of [...timeline.waiting.keys()]) if (!here.some((i) => i.client_id === id)) timeline.forget(id);
  notes?.drawPending(here.filter((i) => i.event === 'note:post'), page.me);
}

/** What was refused, or tried for too long, is where it was written, with the reason. Without a place to write in it
 *  stays among what is unsent (feed/unsent.js). */
function giveBack(items, threadId, composers, { feed, words }) {
  for (const item of items.filter((i) => i.payload.thread_id === threadId && isBack(i))) {
    const composer = composers[item.event === 'note:post' ? 'note' : 'message'];
    if (!composer) continue;
    feed.discard(item.client_id);
    composer.giveBack(item.payload, item.error ?? { message: words.refusals.expired });
  }
}

/** What a message will look like that the server has not seen yet: its text as typed, not yet formatted. */
function draftMessage(item, page, deps) {
  const paragraph = document.createElement('p');
  paragraph.textContent = item.payload.body;
  return {
    message_id: null,
    thread_id: item.payload.thread_id,
    position: null,
    author: page.viewer.author, // in an anonymous edition the alias
    mark: item.payload.mark ?? null,
    body: item.payload.body,
    body_html: item.payload.body.trim() ? paragraph.outerHTML : '',
    attachments: (item.payload.attachment_ids ?? []).map((id) => deps.files.get(id)).filter(Boolean),
    reply_to: item.payload.reply_to ?? null,
    reply_position: null,
    created_at: new Date(item.at).toISOString(),
    edited_at: null,
    state: 'shown',
    redaction: null,
    reactions: [],
    passages: [],
  };
}

/** Tell a screen reader of what has come, however many messages it is, in one sentence. */
function announce(added, viewer, deps) {
  const others = added.filter((m) => m.author.staff_id !== viewer.staff_id);
  if (others.length < added.length) deps.announce(deps.words.said.posted);
  if (others.length === 0) return;
  const last = others.at(-1);
  if (others.length > 1) deps.announce(counted(deps.words.news, others.length));
  deps.announce(`${deps.words.new_message} ${last.author.organisation} ${last.author.name}: ${quoteOf(last, EXCERPT_CHARS, deps.words)}`);
}

// What is done to single messages: reply, react, edit in place, retry; and the thread's own confirm button. Each is a
// real link or form that also works without this file.

import { clone, one, show, slot } from '../lib/dom.js';
import { composing, sendByKey } from './composer.js';
import { quoteOf } from './message.js';
import { Warning, writtenIn } from './warning.js';

/** `deps` = {feed, http, words, composer, messagesOf(state)}. One listener for all messages, now and later. */
export function installActions(pane, deps) {
  pane.addEventListener('click', (event) => {
    const control = event.target.closest('[data-action]');
    const handler = control && ACTIONS[control.dataset.action];
    if (handler) handler(event, control, deps);
  });
  one('[data-acknowledge]', pane)?.addEventListener('submit', (event) => acknowledge(event, pane, deps));
}

const ACTIONS = { reply, react, mark, edit, retry, 'take-back': takeBack };

const elementOf = (control) => control.closest('.message');

function messageOf(control, deps) {
  return deps.messagesOf(deps.feed.state)[elementOf(control).dataset.messageId];
}

function reply(event, control, deps) {
  const message = messageOf(control, deps);
  if (!message || !deps.composer) return;
  event.preventDefault();
  deps.composer.replyTo({ message_id: message.message_id, excerpt: quoteOf(message, 60, deps.words) });
}

function react(event, control, deps) {
  const message = messageOf(control, deps);
  if (!message) return;
  event.preventDefault();
  const on = control.getAttribute('aria-pressed') !== 'true';
  control.closest('details')?.removeAttribute('open');
  const payload = { message_id: message.message_id, emoji: control.dataset.emoji, on };
  deps.feed.send('reaction:set', payload).catch((fault) => deps.announce(fault.message));
}

function mark(event, control, deps) {
  const message = messageOf(control, deps);
  if (!message) return;
  event.preventDefault();
  const on = control.getAttribute('aria-pressed') !== 'true';
  control.closest('details')?.removeAttribute('open');
  const payload = { message_id: message.message_id, kind: control.dataset.kind, on };
  deps.feed.send('passage:set', payload).catch((fault) => deps.announce(fault.message));
}

function acknowledge(event, pane, deps) {
  event.preventDefault();
  const on = event.target.elements.on.value === '1';
  const payload = { thread_id: pane.dataset.thread, on };
  deps.feed.send('thread:acknowledge', payload).catch((fault) => deps.announce(fault.message));
}

function retry(event, control, deps) {
  event.preventDefault();
  deps.feed.retry(elementOf(control).dataset.clientId);
}

/** Give up sending: the text goes back to where it was written. */
function takeBack(event, control, deps) {
  event.preventDefault();
  const id = elementOf(control).dataset.clientId;
  const item = deps.feed.pendingItem(id);
  deps.feed.discard(id);
  if (item) deps.composer?.giveBack(item.payload);
}

/** Edit in place. The version that was read goes along: when somebody was faster, the text stays in the form. */
function edit(event, control, deps) {
  const message = messageOf(control, deps);
  const element = elementOf(control);
  if (!message || one('form[data-editing]', element)) return;
  event.preventDefault();
  const form = clone('edit-form');
  form.dataset.editing = '';
  form.action = `/messages/${message.message_id}`;
  form.elements.version.value = message.version;
  form.elements.body.value = message.body;
  slot(element, 'body').after(form);
  show(element, 'body', false);
  const close = () => {
    form.remove();
    show(element, 'body', true);
    one('[data-action="edit"]', element)?.focus();
  };
  one('[data-action="cancel-edit"]', form).addEventListener('click', close);
  form.addEventListener('keydown', (e) => editKey(e, form, close));
  const warning = new Warning(form, deps.words);
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    if (!warning.check(writtenIn(form))) save(form, message, close, deps);
  });
  form.elements.body.focus();
}

function editKey(event, form, close) {
  if (composing(event)) return;
  if (event.key === 'Escape') close();
  sendByKey(event, form);
}

async function save(form, message, close, deps) {
  const payload = { message_id: message.message_id, body: form.elements.body.value, version: Number(form.elements.version.value) };
  try {
    await deps.feed.send('message:edit', payload);
    close();
  } catch (fault) {
    const error = show(form, 'error', true);
    error.textContent = Object.values(fault.fields ?? {}).join(' ') || fault.message;
  }
}

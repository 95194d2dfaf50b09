// What is done to single messages: reply, react, edit in place; and the thread's own confirm button. Each is a
// real link or form that also works without this file.

import { clone, one, show, slot } from '../lib/dom.js';
import { faultOf } from '../lib/faults.js';
import { composing, sendByKey } from './composer.js';
import { EXCERPT_CHARS, quoteOf } from './message.js';
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

const ACTIONS = { reply, react, mark, edit };

const elementOf = (control) => control.closest('.message');

function messageOf(control, deps) {
  return deps.messagesOf(deps.feed.state)[elementOf(control).dataset.messageId];
}

function reply(event, control, deps) {
  const message = messageOf(control, deps);
  if (!message || !deps.composer) return;
  event.preventDefault();
  deps.composer.replyTo({ message_id: message.message_id, excerpt: quoteOf(message, EXCERPT_CHARS, deps.words) });
}

function react(event, control, deps) {
  const message = messageOf(control, deps);
  if (!message) return;
  event.preventDefault();
  const on = control.getAttribute('aria-pressed') !== 'true';
  control.closest('details')?.removeAttribute('open');
  const payload = { message_id: message.message_id, emoji: control.dataset.emoji, on };
  tell(deps.feed.send('reaction:set', payload), on ? 'reacted' : 'unreacted', deps);
}

function mark(event, control, deps) {
  const message = messageOf(control, deps);
  if (!message) return;
  event.preventDefault();
  const on = control.getAttribute('aria-pressed') !== 'true';
  control.closest('details')?.removeAttribute('open');
  const payload = { message_id: message.message_id, kind: control.dataset.kind, on };
  tell(deps.feed.send('passage:set', payload), on ? 'marked' : 'unmarked', deps);
}

/** What was done is said when it is done, and otherwise why it was not. */
function tell(sent, done, { announce, words }) {
  sent.then(() => announce(words.said[done]), (fault) => announce(fault.message));
}

function acknowledge(event, pane, deps) {
  event.preventDefault();
  const on = event.target.elements.on.value === '1';
  const payload = { thread_id: pane.dataset.thread, on };
  tell(deps.feed.send('thread:acknowledge', payload), on ? 'confirmed' : 'unconfirmed', deps);
}

/** Edit in place. The version that was read goes along: when somebody was faster, the text stays in the form. */
function edit(event, control, deps) {
  const message = messageOf(control, deps);
  const element = elementOf(control);
  const pane = element.closest('[data-thread]');
  if (!message || one('form[data-editing]', element)) return;
  event.preventDefault();
  const form = clone('edit-form');
  form.dataset.editing = '';
  form.noValidate = true; // what is wrong is said below, in the page's language
  form.action = `/messages/${message.message_id}`;
  form.elements.version.value = message.version;
  form.elements.body.value = message.body;
  slot(element, 'body').after(form);
  show(element, 'body', false);
  const close = () => {
    form.remove();
    foldComposer(pane);
    show(element, 'body', true);
    one('[data-action="edit"]', element)?.focus();
  };
  one('[data-action="cancel-edit"]', form).addEventListener('click', close);
  form.addEventListener('keydown', (e) => editKey(e, form, close, deps));
  const warning = new Warning(form, deps.words);
  form.addEventListener('input', () => forgive(form));
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    const fault = faultOf(form.elements.body.value, deps.limits.body_chars, deps.words.refusals);
    if (fault) refuse(form, { fields: { body: fault } });
    else if (!warning.check(writtenIn(form))) save(form, message, close, deps);
  });
  foldComposer(pane);
  form.elements.body.focus();
  form.scrollIntoView({ block: 'nearest' });
}

/** While something is edited, the composer makes room for it. */
function foldComposer(pane) {
  pane.classList.toggle('pane--editing', Boolean(one('form[data-editing]', pane)));
}

/** ↑ in an empty composer: the newest post of one's own that can be edited. */
export function editLast(pane) {
  const own = [...pane.querySelectorAll('.message--own:not(.message--deleted, .message--pending)')].at(-1);
  if (!own) return false;
  one('[data-action="edit"]', own).click();
  return true;
}

function editKey(event, form, close, { store }) {
  if (composing(event)) return;
  if (event.key === 'Escape') close();
  sendByKey(event, form, store);
}

/** An edit ends when its message is taken out meanwhile: the form held what must no longer be seen. */
export function endEditing(pane, messages, deps) {
  for (const form of pane.querySelectorAll('form[data-editing]')) {
    const message = messages[elementOf(form).dataset.messageId];
    if (!message || message.state === 'shown') continue;
    form.remove();
    foldComposer(pane);
    deps.announce(deps.words.removed);
  }
}

async function save(form, message, close, deps) {
  const payload = { message_id: message.message_id, body: form.elements.body.value, version: Number(form.elements.version.value) };
  try {
    await deps.feed.send('message:edit', payload);
    close();
    deps.announce(deps.words.said.saved);
  } catch (fault) {
    refuse(form, fault, deps.words.failed);
  }
}

/** The text stays as it is; what is wrong with it is said at it. */
function refuse(form, fault, otherwise) {
  const area = form.elements.body;
  const error = show(form, 'error', true);
  error.textContent = Object.values(fault.fields ?? {}).join(' ') || fault.message || otherwise;
  area.setAttribute('aria-invalid', 'true');
  area.focus();
  error.scrollIntoView({ block: 'nearest' });
}

function forgive(form) {
  show(form, 'error', false);
  form.elements.body.removeAttribute('aria-invalid');
}

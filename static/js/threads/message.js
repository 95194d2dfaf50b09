// One message: the page's own <template>, filled. Nothing here builds mark-up from strings; `body_html` was made safe by
// the server's one cleaning function and is the only HTML that is taken over.

import { clone, show, slot, text } from '../lib/dom.js';
import { fillAttachments } from '../files/attachments.js';
import { timeElement } from '../lib/times.js';

const SHOWN = 'shown';
export const EXCERPT_CHARS = 60;

/** A new element for a message. `context` = {viewer, times, words, quoted(message_id)}. */
export function messageElement(message, context) {
  const element = clone('message');
  fillMessage(element, message, context);
  return element;
}

/** Make `element` show `message` as it is now; parts that do not apply are hidden. */
export function fillMessage(element, message, context) {
  const shown = message.state === SHOWN;
  const own = message.author.staff_id === context.viewer.staff_id;
  element.id = message.position ?? '';
  element.dataset.messageId = message.message_id ?? '';
  element.dataset.position = message.position ?? '';
  setClasses(element, message, own, shown);
  element.dataset.author = `${message.author.staff_id} ${message.author.name}`;
  element.setAttribute('aria-label', `${message.author.name} ${message.author.organisation} ${context.times.absolute(message.created_at)}`);
  text(element, 'initial', [...message.author.name][0] ?? '');
  text(element, 'author', message.author.name);
  text(element, 'organisation', message.author.organisation);
  show(element, 'mark-official', message.mark === 'official');
  show(element, 'mark-personal', message.mark === 'personal');
  const time = slot(element, 'time');
  time.href = `/threads/${message.thread_id}#${message.position ?? ''}`;
  time.replaceChildren(timeElement(context.times, message.created_at));
  show(element, 'edited', shown && Boolean(message.edited_at)).href = `/messages/${message.message_id}/history`;
  fillBody(element, message, shown, context.words);
  fillAttachments(element, shown ? message.attachments : [], context.words);
  fillReply(element, message, context);
  fillReactions(element, message, context, shown);
  fillPassages(element, message, shown);
  fillActions(element, message, context, own, shown);
}

function setClasses(element, message, own, shown) {
  const is = { own, deleted: !shown, official: message.mark === 'official', personal: message.mark === 'personal' };
  for (const side of ['municipality', 'prefecture', 'outside']) is[side] = message.author.side === side;
  for (const [name, on] of Object.entries(is)) element.classList.toggle(`message--${name}`, on);
}

function fillBody(element, message, shown, words) {
  const body = show(element, 'body', shown);
  if (shown) fillText(body, message, words);
  else body.replaceChildren();
  show(element, 'deleted', message.state === 'deleted');
  show(element, 'redacted', message.state === 'redacted');
  const redaction = message.redaction;
  text(element, 'redaction', redaction ? `${redaction.by} ${redaction.reason}` : '');
}

/** The text of a message or note; of files alone the page's words for that. */
export function fillText(element, { body_html: html }, words) {
  setSafeHtml(element, html);
  if (!html) element.append(Object.assign(document.createElement('p'), { textContent: words.attached }));
}

/** What a line that quotes a message says of it. */
export const quoteOf = (message, chars, words) =>
  message.state === SHOWN ? excerptOf(message.body_html, chars) || words.attached : words.removed;

/** The one place that takes HTML from the server: it was cleaned by hub/text.py before it was stored. */
export function setSafeHtml(element, html) {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  element.replaceChildren(...parsed.body.childNodes);
}

/** The beginning of a cleaned body on one line and without marks, as `plain_excerpt` makes it on the server. */
export function excerptOf(html, chars) {
  const plain = new DOMParser().parseFromString(html, 'text/html').body.textContent.split(/\s+/).filter(Boolean).join(' ');
  return plain.length > chars ? `${plain.slice(0, chars - 1)}…` : plain;
}

/** The line that quotes what is answered, as that is now; of a message that is not loaded, its number. */
export function fillReply(element, message, context) {
  const reply = show(element, 'reply', Boolean(message.reply_to));
  if (!message.reply_to) return;
  reply.href = `#${message.reply_position ?? ''}`;
  const quoted = context.quoted(message.reply_to);
  text(element, 'reply-text', quoted ? quoteOf(quoted, EXCERPT_CHARS, context.words) : `#${message.reply_position ?? ''}`);
}

function fillReactions(element, message, context, shown) {
  const list = slot(element, 'reactions');
  list.replaceChildren(...(shown ? message.reactions : []).map((r) => reactionElement(r, message, context)));
}

function reactionElement(reaction, message, context) {
  const element = clone('reaction');
  const mine = reaction.staff_ids.includes(context.viewer.staff_id);
  const button = element.querySelector('[data-action="react"]');
  element.querySelector('form').action = `/messages/${message.message_id}/reactions`;
  element.querySelector('[name="emoji"]').value = reaction.emoji;
  element.querySelector('[name="on"]').value = mine ? '0' : '1';
  button.dataset.emoji = reaction.emoji;
  button.setAttribute('aria-pressed', String(mine));
  button.title = reaction.names.join(', ');
  text(element, 'emoji', reaction.emoji);
  text(element, 'number', String(reaction.names.length));
  text(element, 'names', reaction.names.join(', '));
  return element;
}

/** The marks 課題, 取組, 効果, 苦労: the chips, and what the buttons of the menu would do next. */
function fillPassages(element, message, shown) {
  const marked = shown ? (message.passages ?? []) : [];
  for (const chip of element.querySelectorAll('[data-passage]')) chip.hidden = !marked.includes(chip.dataset.passage);
  for (const button of element.querySelectorAll('[data-action="mark"]')) {
    const on = marked.includes(button.dataset.kind);
    button.setAttribute('aria-pressed', String(on));
    button.form.elements.on.value = on ? '0' : '1';
  }
}

/** The bar of a message. One that the server made holds only what is needed without scripts; whoever stands in it stays
 *  there. */
function wholeBar(element) {
  const bar = slot(element, 'actions');
  if (!bar || bar.matches('[data-whole]')) return bar;
  const whole = slot(clone('message'), 'actions');
  const wanted = bar.contains(document.activeElement) ? (document.activeElement.dataset.action ?? 'reply') : null;
  bar.replaceWith(whole);
  if (wanted) whole.querySelector(`[data-action="${wanted}"]`).focus();
  return whole;
}

function fillActions(element, message, context, own, shown) {
  const actions = wholeBar(element);
  if (!actions) return;
  const stored = Boolean(message.message_id);
  actions.hidden = !shown || !stored;
  const redacts = context.viewer.redacts;
  const may = { edit: own, files: own && !context.viewer.hidden, delete: own, redact: redacts.includes('*') || redacts.includes(message.author.organisation_id) };
  for (const link of actions.querySelectorAll('a[data-base]')) {
    link.href = `/messages/${message.message_id}${link.dataset.base}`;
    link.hidden = !may[link.dataset.action];
  }
  slot(actions, 'more-menu').hidden = !may.files && !may.delete && !may.redact;
  for (const form of actions.querySelectorAll('form[data-base]')) form.action = `/messages/${message.message_id}${form.dataset.base}`;
  const reply = actions.querySelector('[data-action="reply"]');
  reply.href = `?reply=${message.message_id}#composer`;
}

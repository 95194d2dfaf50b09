// The composer (step 2 of the walk of a message): takes the form's submit, keeps the text until it is safe, warns of
// personal data, counts, previews. Does nothing while an input method composes, and knows nothing of sockets.

import { clientId } from '../lib/ids.js';
import { one, show, slot, text } from '../lib/dom.js';
import { enterSends } from '../lib/keys.js';
import { faultOf, forget, sayAtFields } from '../lib/faults.js';
import { FileTray } from '../files/tray.js';
import { DraftKeeper } from './drafts.js';
import { Folding } from './folding.js';
import { EXCERPT_CHARS, quoteOf, setSafeHtml } from './message.js';
import { isThanks } from './thanks.js';
import { Warning, writtenIn } from './warning.js';

const TYPING_EVERY_MS = 3_000;
const READERS_EVERY_MS = 30_000;
const IME_KEY = 229;
// With the text, in this browser. The id as well: after a reload what had arrived unseen is still the same thing.
const KEPT_FIELDS = ['title', 'urgency', 'client_id', 'settled'];

/** True while the key belongs to an input method: Enter then confirms a conversion and must not send. */
export const composing = (event) => event.isComposing || event.keyCode === IME_KEY;

/** How much is written, and whether it is too much. */
export function showCount(form, body, limit) {
  const length = [...body].length;
  text(form, 'count', `${length.toLocaleString()} / ${limit.toLocaleString()}`);
  slot(form, 'count').classList.toggle('composer__count--over', length > limit);
}

/** Ctrl+Enter sends, in every form in which something is written; Enter alone for whoever wishes so (lib/keys.js). It never
 *  does while an input method composes, or while it chooses a name from a list. */
export function sendByKey(event, form, store) {
  if (composing(event) || event.defaultPrevented || event.key !== 'Enter') return;
  const alone = !event.shiftKey && !event.altKey && enterSends(store) && !event.target.hasAttribute('aria-activedescendant');
  if (!event.ctrlKey && !event.metaKey && !alone) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector('[value="send"]'));
}

/** 記入者名 of a shared account belongs to the sign-in, not to the message, and another tab may have changed it: it is told
 *  before every message. Without a connection the message waits under the name that this page has already told. */
export async function nameWriter(form, http) {
  const field = form.elements.writer_name;
  if (!field || (field.value.trim() === '' && field.defaultValue === '')) return;
  const told = { csrf_token: form.elements.csrf_token.value, writer_name: field.value, next: '/session' };
  try {
    await http.form('/writer-name', told);
    field.defaultValue = field.value;
    field.removeAttribute('aria-invalid');
  } catch (fault) {
    if (fault?.fields || field.value !== field.defaultValue) throw fault;
  }
}

export class Composer {
  /** `deps` = {feed, http, me, words, store}; `onSend(payload)` is given {body, client_id, mark?, reply_to?, …} and returns
   *  true when the text is in safe hands, or a promise that rejects with {message, fields?} to keep it. */
  constructor(form, deps, onSend) {
    Object.assign(this, { form, deps, onSend });
    this.area = form.elements.body;
    this.limit = Number(form.dataset.limit);
    this.drafts = new DraftKeeper(form.dataset.place, deps);
    this.tray = one('[data-tray]', form) ? new FileTray(form, { ...deps, drawn: () => this.folding?.look() }) : null;
    this.warning = new Warning(form, deps.words);
    this.typedAt = 0;
    this.closed = false;
    this.readersAt = Date.now(); // when it was asked last who reads this
    this.restore();
    this.folding = new Folding(form, deps.store);
    form.addEventListener('submit', (event) => this.submit(event));
    this.area.addEventListener('input', () => this.changed());
    this.area.addEventListener('keydown', (event) => sendByKey(event, form, deps.store));
    this.watchReaders();
    slot(form, 'settled')?.addEventListener('change', () => this.choose());
    form.querySelector('[data-action="cancel-reply"]')?.addEventListener('click', () => this.replyTo(null));
    this.count();
  }

  restore() {
    const { body, ...fields } = this.drafts.restore(this.area.value);
    if (this.area.value !== body) this.area.value = body;
    for (const name of KEPT_FIELDS) if (fields[name] && this.form.elements[name]) this.form.elements[name].value = fields[name];
    this.chosen = Boolean(fields.settled);
    this.thank();
  }

  /** By hand: no guess changes it, and it is kept with the text. */
  choose() {
    this.chosen = true;
    this.drafts.keep(this.area.value, this.keptFields());
  }

  keptFields() {
    return this.fields(KEPT_FIELDS.filter((name) => name !== 'settled' || this.chosen));
  }

  changed() {
    this.count();
    this.drafts.keep(this.area.value, this.keptFields());
    show(this.form, 'unkept', this.area.value !== '' && this.drafts.fleeting);
    this.forgive();
    this.warning.changed(writtenIn(this.form));
    this.thank();
    this.tellTyping();
    if (Date.now() - this.readersAt > READERS_EVERY_MS) this.refreshReaders();
    this.folding.look();
  }

  count() {
    showCount(this.form, this.area.value, this.limit);
  }

  tellTyping() {
    const now = Date.now();
    if (this.form.dataset.composer !== 'message' || now - this.typedAt < TYPING_EVERY_MS) return;
    this.typedAt = now;
    this.deps.feed.send('typing:start', { thread_id: this.form.dataset.threadId }).catch(() => {});
  }

  async submit(event) {
    event.preventDefault();
    if (event.submitter?.value === 'preview') {
      await this.preview();
      return;
    }
    const body = this.area.value;
    if (this.busy || this.closed) return;
    const fault = this.faultOf(body);
    if (fault) {
      this.refuse({ fields: { body: fault } });
      return;
    }
    if (this.warning.check(writtenIn(this.form))) {
      this.folding.look();
      slot(this.form, 'cautions').scrollIntoView({ block: 'nearest' });
      return;
    }
    this.busy = true;
    try {
      await this.filesThrough();
      await nameWriter(this.form, this.deps.http);
      await this.onSend(this.payload(body));
      this.clear();
    } catch (fault) {
      this.refuse(fault);
    } finally {
      this.busy = false;
    }
  }

  /** What the server would refuse for good is said here, and nothing leaves. Files may come without a word. */
  faultOf(body) {
    const wordless = body.trim() === '' && !(this.tray?.basket.empty ?? true);
    return wordless ? null : faultOf(body, this.limit, this.deps.words.refusals);
  }

  /** Files on their way first: a message is whole or not there. */
  async filesThrough() {
    if (!this.tray) return;
    if (this.tray.basket.sending) text(this.form, 'tray-said', this.deps.words.files.sending);
    await this.tray.basket.settled();
    if (this.tray.basket.failed) throw { message: this.deps.words.files.unfinished };
  }

  payload(body) {
    const given = { body, client_id: this.clientId ?? clientId() };
    const ids = this.tray?.basket.ids() ?? [];
    if (ids.length > 0) given.attachment_ids = ids;
    Object.assign(given, this.fields(['mark', 'reply_to', 'title', 'urgency', 'kind']));
    if (this.settles()) given.settled = true;
    if (given.kind !== undefined && given.kind !== 'consultation') delete given.urgency;
    return given;
  }

  /** Short thanks are taken for such before they make the consultation wait again; one press changes it. */
  thank() {
    if (!this.form.elements.settled || slot(this.form, 'settled').hidden || this.chosen) return;
    this.form.elements.settled.value = isThanks(this.area.value) ? '1' : '0';
  }

  /** 「お礼・補足」 after an answer: offered while the consultation is answered (head.js). */
  settles() {
    return this.form.elements.settled?.value === '1' && !slot(this.form, 'settled').hidden;
  }

  /** What was filled in of the form's other fields. */
  fields(names) {
    const filled = names.map((name) => [name, this.form.elements[name]]).filter(([, field]) => field?.value && !field.disabled);
    return Object.fromEntries(filled.map(([name, field]) => [name, field.value]));
  }

  /** Every fault at its field; what is said of the whole at the text. */
  refuse(fault) {
    this.forgive();
    const { body, ...fields } = fault?.fields ?? {};
    const { first, rest } = sayAtFields(this.form, fields);
    const words = [body, ...rest].filter(Boolean);
    if (words.length === 0 && !first) words.push(fault?.message || this.deps.words.failed);
    if (words.length > 0) {
      show(this.form, 'error', true).textContent = words.join(' ');
      this.area.setAttribute('aria-invalid', 'true');
    }
    this.folding.look();
    (words.length > 0 ? this.area : first).focus();
  }

  forgive() {
    forget(this.form);
    show(this.form, 'error', false);
  }

  /** Nothing is taken here any more, or again: a text that is there stays in sight with the reason, an empty field goes. */
  close(closed) {
    this.closed = closed;
    const box = this.form.closest('[data-slot="composer"]');
    if (box) box.hidden = closed && this.area.value === '';
    this.form.querySelector('[value="send"]').disabled = closed;
    show(this.form, 'closed', closed);
    this.folding?.look();
  }

  clear() {
    this.area.value = '';
    this.drafts.drop();
    this.tray?.basket.clear();
    show(this.form, 'unkept', false);
    this.replyTo(null);
    this.warning.show([], '');
    show(this.form, 'preview', false);
    this.forgive();
    if (this.form.elements.mark) this.form.elements.mark.value = '';
    this.chosen = false;
    this.thank();
    this.count();
    this.folding.reset();
  }

  /** Answer a certain message: {message_id, excerpt}, or null for none. */
  replyTo(message) {
    if (!this.form.elements.reply_to) return;
    this.form.elements.reply_to.value = message?.message_id ?? '';
    show(this.form, 'replying', Boolean(message));
    text(this.form, 'reply-text', message?.excerpt ?? '');
    this.folding.look();
    if (message) this.area.focus();
  }

  /** What is being answered may change, or be taken out, while the answer is written. */
  requote(messages) {
    const answered = messages[this.form.elements.reply_to?.value];
    if (answered && answered !== this.answered) text(this.form, 'reply-text', quoteOf(answered, EXCERPT_CHARS, this.deps.words));
    this.answered = answered;
  }

  /** Put what could not be sent back, ahead of what has been typed since, and say why it is here. */
  giveBack({ body, attachment_ids: ids = [] }, fault) {
    for (const id of ids) this.tray?.basket.giveBack(this.deps.files.get(id) ?? { attachment_id: id, name: this.deps.words.files.name });
    const typed = this.area.value;
    if (!typed.includes(body)) this.area.value = [body, typed].filter(Boolean).join('\n\n');
    for (let box = this.form.closest('details'); box; box = box.parentElement.closest('details')) box.open = true;
    this.changed();
    this.close(this.closed);
    this.refuse(fault);
  }

  async preview() {
    const answer = await this.deps.http.post('/preview', { body: this.area.value }).catch(() => null);
    if (!answer) return;
    setSafeHtml(show(this.form, 'preview', true), answer.body_html);
    this.warning.show(answer.cautions, writtenIn(this.form));
  }

  /** People come and go while a page stays open: asked anew whenever somebody begins to write, while they write twice a
   *  minute, and after the page was away. A page on which nobody writes asks nothing. */
  watchReaders() {
    const writing = () => this.area.value !== '' || document.activeElement === this.area;
    let wasLive = false;
    this.area.addEventListener('focus', () => this.refreshReaders());
    document.addEventListener('visibilitychange', () => !document.hidden && writing() && this.refreshReaders());
    this.deps.feed.onStatus((status) => {
      if (status !== 'live') return;
      if (wasLive && writing()) this.refreshReaders();
      wasLive = true;
    });
  }

  async refreshReaders() {
    this.readersAt = Date.now();
    if (!this.form.dataset.roomId) return; // the first question about a case makes its room
    const answer = await this.deps.http.get(`/rooms/${this.form.dataset.roomId}/readers`).catch(() => null);
    const prefix = this.form.dataset.composer === 'note' ? 'note_' : '';
    if (answer?.[`${prefix}readers`]) text(this.form, 'readers', answer[`${prefix}readers`]);
    if (answer?.[`${prefix}readers_short`]) text(this.form, 'readers-short', answer[`${prefix}readers_short`]);
  }
}

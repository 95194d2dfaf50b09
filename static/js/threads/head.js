// Title, state, lock, summary and confirmations of a thread, as they are now.

import { all, one, show, slot, text } from '../lib/dom.js';
import { timeElement } from '../lib/times.js';
import { excerptOf, setSafeHtml } from './message.js';
import { drawTurn } from './turn.js';

const PILL = { open: 'warning', answered: 'info', closed: 'neutral' };
const BEGIN_CHARS = 200; // the line is cut where it ends

/** The words of a state: the keys of `words.states` are open, answered, solved, automatic, withdrawn, duplicate. */
export const stateWords = (thread, words) => words.states[stateKey(thread)] ?? '';

function stateKey({ state, closed_as: how, automatic }) {
  if (state !== 'closed') return state;
  return automatic ? 'automatic' : how;
}

/** The title, or in the reader's language why there is none. */
export const titleOf = (thread, words) => thread.title || words.untitled[thread.untitled ?? 'removed'];

export function drawPills(element, thread, words) {
  const state = show(element, 'state', Boolean(thread.state));
  state.textContent = stateWords(thread, words);
  state.className = `pill pill--${PILL[thread.state] ?? 'neutral'}`;
  const pressing = ['soon', 'urgent'].includes(thread.urgency);
  const urgency = show(element, 'urgency', pressing);
  urgency.textContent = pressing ? words.urgencies[thread.urgency] : '';
  urgency.className = `pill pill--${thread.urgency === 'urgent' ? 'danger' : 'warning'}`;
  show(element, 'locked', thread.locked);
  if (slot(element, 'edition')) show(element, 'edition', Boolean(thread.edition)).textContent = words.editions[thread.edition] ?? '';
}

export function drawHead(pane, thread, viewer, deps) {
  const head = one('[data-thread-head]', pane);
  drawTitle(head, titleOf(thread, deps.words));
  drawPills(head, thread, deps.words);
  drawTurn(head, thread, deps);
  drawReception(head, thread.reception, deps);
  if (slot(head, 'reopen')) show(head, 'reopen', Boolean(thread.automatic));
  drawRedactions(one('[data-redactions]', head), thread.redactions ?? [], deps);
  drawAcknowledgements(head, thread, viewer);
  drawSummary(one('[data-summary]', pane), thread.summary, deps.times);
  askForHelp(one('[data-help-others]', pane), thread);
  const foot = one('.pane__foot', pane);
  if (slot(foot, 'locked')) {
    show(foot, 'locked', thread.locked);
    if (slot(foot, 'settled')) show(foot, 'settled', thread.state === 'answered');
  }
}

function drawReception(head, reception, { words, times }) {
  show(head, 'reception', Boolean(reception));
  if (!reception) return;
  text(head, 'reception-how', words.receptions[reception.channel]);
  slot(head, 'reception-at').replaceChildren(timeElement(times, reception.at));
}

/** Also where the browser shows it: a title that was redacted must not stay in a tab. */
function drawTitle(head, title) {
  const shown = slot(head, 'title');
  if (shown.textContent === title) return;
  document.title = document.title.replace(shown.textContent, () => title);
  shown.textContent = title;
}

function drawRedactions(list, redactions, { words, times }) {
  list.hidden = redactions.length === 0;
  if (list.children.length === redactions.length) return; // they are only ever added
  list.replaceChildren(
    ...redactions.map((r) => {
      const item = document.createElement('li');
      item.append(`${words.redacted[r.part]} ${r.by} `, timeElement(times, r.at), ` ${words.reason} ${r.reason}`);
      return item;
    }),
  );
}

/** 「匿名で他の市町村に役立てますか」 comes up when it is solved. */
function askForHelp(question, thread) {
  if (question) question.hidden = thread.closed_as !== 'solved';
}

function drawAcknowledgements(head, thread, viewer) {
  const given = thread.acknowledgements;
  const mine = given.some((a) => a.staff_id === viewer.staff_id);
  const form = one('[data-acknowledge]', head);
  if (form) {
    form.elements.on.value = mine ? '0' : '1';
    const button = one('button', form);
    button.setAttribute('aria-pressed', String(mine));
    button.classList.toggle('button--primary', thread.kind === 'notice' && !mine);
    button.classList.toggle('button--secondary', !(thread.kind === 'notice' && !mine));
    show(form, 'number', given.length > 0).textContent = String(given.length);
  }
  const menu = one('[data-acknowledgements]', head);
  menu.hidden = given.length === 0;
  slot(menu, 'list').replaceChildren(
    ...given.map((a) => Object.assign(document.createElement('li'), { textContent: `${a.organisation} ${a.name}` })),
  );
}

function drawSummary(element, summary, times) {
  element.hidden = !summary;
  if (!summary) { // it may have been redacted: then it is not to stay in the page either
    delete element.dataset.version;
    for (const name of ['begin', 'by', 'at', 'body']) slot(element, name).replaceChildren();
    return;
  }
  if (element.dataset.version === String(summary.version)) return;
  element.dataset.version = String(summary.version);
  text(element, 'by', summary.by);
  slot(element, 'at').replaceChildren(timeElement(times, summary.at));
  setSafeHtml(slot(element, 'body'), summary.body_html);
  text(element, 'begin', excerptOf(summary.body_html, BEGIN_CHARS));
  for (const link of all('a', slot(element, 'body'))) link.rel = 'noopener noreferrer';
}

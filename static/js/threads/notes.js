// 県内メモ beside a thread: drawn from their own stream, with a form of their own.

import { clone, show, slot, text } from '../lib/dom.js';
import { fillAttachments } from '../files/attachments.js';
import { timeElement } from '../lib/times.js';
import { fillText } from './message.js';

export class NotesPanel {
  constructor(panel, threadId, { times, words }) {
    this.list = slot(panel, 'list');
    this.side = panel.closest('[data-side]');
    this.times = times;
    this.words = words;
    this.drawn = new Map(); // note id -> the attachments that its element shows
    this.elements = new Map([...this.list.querySelectorAll('[data-note-id]')].map((e) => [e.dataset.noteId, e]));
    this.waiting = new Map();
  }

  draw(notes) {
    const sorted = Object.values(notes).sort((a, b) => Number(a.note_id) - Number(b.note_id));
    for (const note of sorted) {
      if (note.client_id) this.forget(note.client_id);
      if (!this.elements.has(note.note_id)) this.add(note);
      this.fill(note);
    }
    this.count(sorted.length);
    for (const [id, element] of this.elements) {
      if (notes[id]) continue;
      element.remove();
      this.elements.delete(id);
      this.drawn.delete(id);
    }
  }

  /** On the edge of what stands beside the conversation, while that is closed. */
  count(number) {
    if (!this.side) return;
    show(this.side, 'notes-number', number > 0);
    text(this.side, 'notes-count', String(number));
  }

  add(note) {
    const element = this.element(note.author.name, note.created_at);
    element.id = `note-${note.note_id}`;
    element.dataset.noteId = note.note_id;
    fillText(slot(element, 'body'), note, this.words);
    this.list.append(element);
    this.elements.set(note.note_id, element);
  }

  /** Its files may be told anew: when one has been scanned. */
  fill(note) {
    if (this.drawn.get(note.note_id) === note.attachments) return;
    fillAttachments(this.elements.get(note.note_id), note.attachments, this.words);
    this.drawn.set(note.note_id, note.attachments);
  }

  element(name, at) {
    const element = clone('note');
    text(element, 'author', name);
    slot(element, 'time').replaceChildren(timeElement(this.times, at));
    return element;
  }

  drawPending(items, me) {
    for (const item of items) {
      const element = this.waiting.get(item.client_id) ?? this.element(me.name, new Date(item.at).toISOString());
      text(element, 'body', item.payload.body.trim() || this.words.attached);
      show(element, 'pending', true);
      if (!element.isConnected) this.list.append(element);
      this.waiting.set(item.client_id, element);
    }
    for (const id of [...this.waiting.keys()]) if (!items.some((i) => i.client_id === id)) this.forget(id);
  }

  forget(clientId) {
    this.waiting.get(clientId)?.remove();
    this.waiting.delete(clientId);
  }
}

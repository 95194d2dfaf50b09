// Events and objects in the shapes of hub/feed/contracts.py, as the tests of the feed need them.

const AUTHOR = { staff_id: '3', name: '茂木', organisation_id: '2', organisation: '吉岡町', side: 'municipality' };

export const message = (position, more = {}) => ({
  message_id: `m${position}`,
  thread_id: 't1',
  room_id: '12',
  position,
  version: 1,
  client_id: null,
  author: AUTHOR,
  mark: null,
  body: `text ${position}`,
  body_html: `<p>text ${position}</p>`,
  reply_to: null,
  reply_position: null,
  attachments: [],
  created_at: `2026-04-01T00:00:0${position % 10}.000Z`,
  edited_at: null,
  state: 'shown',
  redaction: null,
  reactions: [],
  passages: [],
  ...more,
});

export const thread = (more = {}) => ({
  thread_id: 't1',
  room_id: '12',
  kind: 'consultation',
  title: 'title',
  urgency: 'normal',
  state: 'open',
  closed_as: null,
  locked: false,
  summary: null,
  last_position: 1,
  last_message_at: '2026-04-01T00:00:01.000Z',
  created_at: '2026-04-01T00:00:01.000Z',
  opened_by: AUTHOR,
  acknowledgements: [],
  edition: null,
  untitled: null,
  redactions: [],
  version: 1,
  ...more,
});

export const note = (id, more = {}) => ({
  note_id: id,
  thread_version: 1,
  thread_id: 't1',
  room_id: '12',
  author: AUTHOR,
  body: 'note',
  body_html: '<p>note</p>',
  client_id: null,
  created_at: '2026-04-01T00:00:01.000Z',
  ...more,
});

export const frame = (type, data, seq = 1, stream = 'room:12') => ({
  stream,
  seq,
  epoch: 'e1',
  type,
  at: '2026-04-01T00:00:01.000Z',
  data,
});

/** Let everything that waits for a settled promise run. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Timers that run only when told: `later`, `never`, `every` as the feed's parts take them. */
export class Clock {
  constructor() {
    Object.assign(this, { now: 0, timers: new Map(), count: 0 });
  }

  later = (run, ms) => this.add({ run, at: this.now + ms });

  every = (run, ms) => this.add({ run, at: this.now + ms, ms });

  never = (id) => this.timers.delete(id);

  add(timer) {
    this.timers.set((this.count += 1), timer);
    return this.count;
  }

  /** Let `ms` pass; what is due runs in order, and what it promises settles. */
  async pass(ms) {
    const end = this.now + ms;
    await settle();
    for (let due = this.next(end); due; due = this.next(end)) {
      const [id, timer] = due;
      this.now = Math.max(this.now, timer.at);
      if (timer.ms) timer.at += timer.ms;
      else this.timers.delete(id);
      timer.run();
      await settle();
    }
    this.now = end;
    await settle();
  }

  next(end) {
    const due = [...this.timers].filter(([, timer]) => timer.at <= end);
    return due.sort(([, a], [, b]) => a.at - b.at)[0];
  }
}

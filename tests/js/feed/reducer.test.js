import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

import { emptyState, reduce, withNotes, withoutStream, withRoom, withThread } from '../../../static/js/feed/reducer.js';
import { frame, message, note, thread } from './shapes.js';

const fold = (frames, from = emptyState()) => frames.reduce(reduce, from);
const opened = () => fold([frame('thread:opened', thread()), frame('message:posted', message(1))]);

/** Nothing that was handed out may change afterwards. */
function frozen(value) {
  if (value && typeof value === 'object') Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

test('a posted message is stored by id and moves the end of its thread', () => {
  const state = reduce(frozen(opened()), frame('message:posted', message(2)));
  assert.equal(state.messages.t1.m2.body, 'text 2');
  assert.equal(state.threads.t1.last_position, 2);
  assert.equal(state.threads.t1.last_message_at, message(2).created_at);
});

test('a message of a thread that nobody has told of is kept', () => {
  const state = fold([frame('message:posted', message(5))]);
  assert.deepEqual(Object.keys(state.messages.t1), ['m5']);
  assert.deepEqual(state.threads, {});
});

test('an older message does not move the end of its thread back', () => {
  const state = fold([frame('message:posted', message(7)), frame('message:posted', message(3))], opened());
  assert.equal(state.threads.t1.last_position, 7);
});

test('edited and deleted messages replace, and an older version never replaces a newer one', () => {
  const edited = reduce(opened(), frame('message:edited', message(1, { version: 2, body: 'second' })));
  assert.equal(edited.messages.t1.m1.body, 'second');
  assert.equal(reduce(edited, frame('message:posted', message(1))), edited);
  const deleted = reduce(edited, frame('message:deleted', message(1, { version: 3, body: '', state: 'deleted' })));
  assert.equal(deleted.messages.t1.m1.state, 'deleted');
  assert.equal(reduce(deleted, frame('message:edited', message(1, { version: 2 }))), deleted);
});

test('a deleted message moves the end of its thread: what told of its posting may be void', () => {
  const state = reduce(opened(), frame('message:deleted', message(2, { version: 2, body: '', state: 'deleted' })));
  assert.equal(state.threads.t1.last_position, 2);
});

test('a note of the room that its thread has left does not replace the note of the new room', () => {
  const moved = fold([frame('thread:arrived', { thread: thread({ room_id: '13', version: 2 }), messages: [] }, 1, 'room:13')]);
  const there = reduce(moved, frame('note:posted', note('n1', { room_id: '13', thread_version: 2 }), 1, 'notes:13'));
  assert.equal(reduce(there, frame('note:posted', note('n1'), 1, 'notes:12')), there);
});

test('the id that the sending browser gave survives events that do not repeat it', () => {
  const posted = fold([frame('message:posted', message(1, { client_id: 'c1' }))]);
  const state = reduce(posted, frame('message:edited', message(1, { version: 2 })));
  assert.equal(state.messages.t1.m1.client_id, 'c1');
});

test('reactions replace those of their message and of no other', () => {
  const before = frozen(reduce(opened(), frame('message:posted', message(2))));
  const reactions = [{ emoji: '🙏', staff_ids: ['3'], names: ['茂木'] }];
  const state = reduce(before, frame('reaction:changed', { thread_id: 't1', message_id: 'm1', position: 1, reactions }));
  assert.deepEqual(state.messages.t1.m1.reactions, reactions);
  assert.equal(state.messages.t1.m2, before.messages.t1.m2);
});

test('what names an unknown message or thread changes nothing', () => {
  const state = opened();
  const reaction = { thread_id: 't9', message_id: 'm9', position: 1, reactions: [] };
  assert.equal(reduce(state, frame('reaction:changed', reaction)), state);
  assert.equal(reduce(state, frame('thread:acknowledged', { thread_id: 't9', acknowledgements: [] })), state);
});

test('a thread changes as a whole, and an older version of it is ignored', () => {
  const state = reduce(opened(), frame('thread:changed', thread({ version: 3, title: 'new', state: 'answered' })));
  assert.equal(state.threads.t1.title, 'new');
  assert.equal(reduce(state, frame('thread:changed', thread({ version: 2 }))), state);
});

test('confirmations replace those of the thread', () => {
  const given = [{ staff_id: '4', name: '木暮', organisation_id: '1', organisation: '県', at: '2026-04-01T00:00:02.000Z' }];
  const state = reduce(opened(), frame('thread:acknowledged', { thread_id: 't1', acknowledgements: given }));
  assert.deepEqual(state.threads.t1.acknowledgements, given);
});

test('a thread that left takes its messages and notes along; its place of arrival brings it', () => {
  const state = fold([frame('note:posted', note('n1')), frame('message:posted', message(1, { thread_id: 't2' }))], opened());
  const left = reduce(frozen(state), frame('thread:left', { thread_id: 't1' }));
  assert.deepEqual([left.threads, left.notes, Object.keys(left.messages)], [{}, {}, ['t2']]);
  const moved = { thread: thread({ room_id: '13', version: 2 }), messages: [message(1, { room_id: '13' })] };
  const arrived = reduce(left, frame('thread:arrived', moved, 1, 'room:13'));
  assert.equal(arrived.threads.t1.room_id, '13');
  assert.equal(arrived.messages.t1.m1.room_id, '13');
});

test('a note that came back with its thread survives what the room says late of its leaving', () => {
  const back = fold([frame('note:posted', note('n1', { thread_version: 3 }), 2, 'notes:12')]);
  const left = fold([frame('thread:opened', thread()), frame('thread:left', { thread_id: 't1', version: 2 }, 2)], back);
  assert.deepEqual(Object.keys(left.notes.t1), ['n1']);
});

test('both orders of leaving one room and arriving in another end in the new room', () => {
  const moved = { thread: thread({ room_id: '13', version: 2 }), messages: [message(1, { room_id: '13' })] };
  const left = frame('thread:left', { thread_id: 't1' }, 5);
  const arrived = frame('thread:arrived', moved, 5, 'room:13');
  assert.deepEqual(fold([arrived, left], opened()), fold([left, arrived], opened()));
});

test('what the old room still tells after a thread arrived elsewhere takes nothing away from there', () => {
  const moved = { thread: thread({ room_id: '13', version: 2 }), messages: [message(1, { room_id: '13' })] };
  const arrived = reduce(opened(), frame('thread:arrived', moved, 1, 'room:13'));
  const late = [frame('message:posted', message(1)), frame('thread:changed', thread()), frame('thread:left', { thread_id: 't1' })];
  assert.deepEqual(fold(late, arrived), arrived);
});

test('notes, marks and inbox entries are kept by their ids; a mark never goes back', () => {
  const entry = { entry_id: '8', kind: 'mention', room_id: '12', thread_id: 't1', message_id: 'm1', at: 'now' };
  const marked = [4, 2].map((position) => frame('mark:moved', { thread_id: 't1', position }));
  const state = fold([frame('note:posted', note('n1')), frame('inbox:added', entry), ...marked]);
  assert.equal(state.notes.t1.n1.body, 'note');
  assert.deepEqual(state.inbox, { 8: entry });
  assert.deepEqual(state.marks, { t1: 4 });
});

test('void, changed access and unknown types change nothing, not even identity', () => {
  const state = opened();
  for (const type of ['void', 'access:changed', 'something:later']) assert.equal(reduce(state, frame(type, {})), state);
});

test('the JSON of pages goes into the state by the same rules', () => {
  const fresh = withThread(emptyState(), { thread: thread({ version: 2 }), messages: [message(1, { version: 2 }), message(2)] });
  const state = withNotes(withRoom(fresh, { threads: [thread({ thread_id: 't2' }), thread()] }), { notes: [note('n1')] });
  assert.deepEqual(Object.keys(state.threads), ['t1', 't2']);
  assert.equal(state.threads.t1.version, 2);
  assert.equal(reduce(state, frame('message:posted', message(1))), state);
  assert.ok(state.notes.t1.n1);
});

test('a closed stream takes with it what may no longer be read, and nothing else', () => {
  const other = fold([frame('thread:opened', thread({ thread_id: 't2', room_id: '13' }))], opened());
  const state = fold([frame('note:posted', note('n1')), frame('message:posted', message(1, { thread_id: 't2', room_id: '13' }))], other);
  const closed = withoutStream(state, 'room:12');
  assert.deepEqual([Object.keys(closed.threads), Object.keys(closed.messages)], [['t2'], ['t2']]);
  assert.deepEqual(withoutStream(fold([frame('message:posted', message(1))]), 'room:12').messages, {});
  assert.deepEqual(withoutStream(state, 'notes:12').notes, {});
  assert.equal(withoutStream(state, 'notes:12').threads, state.threads);
  assert.equal(withoutStream(state, 'user:3'), state);
});

test('the command folds lists of frames into a list of states, and one list into one state', () => {
  const script = fileURLToPath(new URL('../../../static/js/feed/fold.js', import.meta.url));
  const run = (input) => JSON.parse(execFileSync(process.execPath, [script], { input: JSON.stringify(input) }));
  const frames = [frame('thread:opened', thread()), frame('message:posted', message(1))];
  assert.deepEqual(run([frames, []]), [opened(), emptyState()]);
  assert.deepEqual(run(frames), opened());
  assert.deepEqual(run([]), emptyState());
});

// The reducer: folds feed events into state. Pure, and the only place that knows what an event means for what is shown.
// Every event carries the whole of what it names, so it replaces; an older version never replaces a newer one.
//
// State: {threads: {id: ThreadData}, messages: {threadId: {id: MessageData}}, notes: {threadId: {id: NoteData}},
//         marks: {threadId: position}, inbox: {entryId: InboxAdded}}. Shapes: hub/feed/contracts.py.

export const emptyState = () => ({ threads: {}, messages: {}, notes: {}, marks: {}, inbox: {} });

const HANDLERS = {
  'message:posted': (state, data) => followMessage(putMessage(state, data), data),
  'message:edited': putMessage,
  'message:deleted': (state, data) => followMessage(putMessage(state, data), data), // its posting may be void by now
  'reaction:changed': (state, data) => changeMessage(state, data, { reactions: data.reactions }),
  'attachments:changed': (state, data) => changeMessage(state, data, { attachments: data.attachments }),
  'passage:changed': (state, data) => changeMessage(state, data, { passages: data.passages }),
  'thread:opened': putThread,
  'thread:changed': putThread,
  'thread:acknowledged': (state, data) => changeThread(state, data.thread_id, { acknowledgements: data.acknowledgements }),
  'thread:left': (state, data, stream) => leaveRoom(state, data.thread_id, roomOf(stream), data.version),
  'thread:arrived': (state, data) => data.messages.reduce(putMessage, putThread(state, data.thread)),
  'note:posted': putNote,
  'mark:moved': (state, data) => putMark(state, data.thread_id, data.position),
  'inbox:added': (state, data) => ({ ...state, inbox: { ...state.inbox, [data.entry_id]: data } }),
};

/** The state after one frame {stream, type, data}. Unknown types and `void` change nothing; unchanged parts keep identity. */
export function reduce(state, frame) {
  const handler = HANDLERS[frame.type];
  return handler ? handler(state, frame.data, frame.stream) : state;
}

/** Take the JSON of GET /threads/<id> into the state. */
export const withThread = (state, json) => json.messages.reduce(putMessage, putThread(state, json.thread));

/** Take the JSON of GET /rooms/<id> into the state. */
export const withRoom = (state, json) => json.threads.reduce(putThread, state);

/** Take the JSON of GET /threads/<id>/notes into the state. */
export const withNotes = (state, json) => json.notes.reduce(putNote, state);

/** What a stream is about, when it is one of the rooms: `room:12` -> `12`. */
const roomOf = (stream) => /^room:(.+)$/.exec(stream)?.[1];

/** The state without what a closed stream had brought: it may no longer be read. */
export function withoutStream(state, stream) {
  const room = roomOf(stream);
  if (room) return Object.keys({ ...state.threads, ...state.messages }).reduce((s, id) => leaveRoom(s, id, room), state);
  const notes = /^notes:(.+)$/.exec(stream)?.[1];
  if (notes) return Object.keys(state.notes).reduce((s, id) => keepOthers(s, 'notes', id, (note) => note.room_id === notes), state);
  return state;
}

function putMessage(state, message) {
  const known = state.messages[message.thread_id] ?? {};
  const older = known[message.message_id];
  if (older && older.version > message.version) return state;
  // Streams are not in step: the room that a thread left may still be telling of it after it arrived elsewhere.
  if ((state.threads[message.thread_id] ?? message).room_id !== message.room_id) return state;
  const thread = { ...known, [message.message_id]: keepClientId(message, older) };
  return { ...state, messages: { ...state.messages, [message.thread_id]: thread } };
}

/** Later events do not repeat which browser sent a message; the page that waits for it has to know. */
const keepClientId = (message, older) =>
  older?.client_id && !message.client_id ? { ...message, client_id: older.client_id } : message;

/** A posted message moves its thread's end; the thread's own event does not come with every message. */
function followMessage(state, message) {
  const thread = state.threads[message.thread_id];
  if (!thread || thread.last_position >= message.position) return state;
  return changeThread(state, message.thread_id, { last_position: message.position, last_message_at: message.created_at });
}

function changeMessage(state, { thread_id: threadId, message_id: id }, change) {
  const message = state.messages[threadId]?.[id];
  if (!message) return state;
  const thread = { ...state.messages[threadId], [id]: { ...message, ...change } };
  return { ...state, messages: { ...state.messages, [threadId]: thread } };
}

function putThread(state, thread) {
  const older = state.threads[thread.thread_id];
  if (older && older.version > thread.version) return state;
  return { ...state, threads: { ...state.threads, [thread.thread_id]: thread } };
}

function changeThread(state, id, change) {
  const thread = state.threads[id];
  return thread ? { ...state, threads: { ...state.threads, [id]: { ...thread, ...change } } } : state;
}

const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** A thread leaves a room with all that was said in it. What its new room has told already stays: either may come first. */
function leaveRoom(state, id, room, version = Infinity) {
  const said = keepOthers(state, 'messages', id, (message) => message.room_id === room);
  const left = keepOthers(said, 'notes', id, (note) => note.room_id === room && note.thread_version < version);
  return left.threads[id]?.room_id === room ? { ...left, threads: without(left.threads, id) } : left;
}

/** The messages or notes of a thread without those that `goes` picks. */
function keepOthers(state, part, id, goes) {
  const items = Object.entries(state[part][id] ?? {});
  const kept = items.filter(([, item]) => !goes(item));
  if (kept.length === items.length) return state;
  const changed = kept.length > 0 ? { ...state[part], [id]: Object.fromEntries(kept) } : without(state[part], id);
  return { ...state, [part]: changed };
}

function putNote(state, note) {
  const known = state.notes[note.thread_id] ?? {};
  if (known[note.note_id]?.thread_version > note.thread_version) return state;
  // As with messages: the thread may have moved on, and its notes with it. They also come before the thread does.
  const thread = state.threads[note.thread_id];
  if (thread && thread.room_id !== note.room_id && thread.version >= note.thread_version) return state;
  return { ...state, notes: { ...state.notes, [note.thread_id]: { ...known, [note.note_id]: note } } };
}

function putMark(state, threadId, position) {
  if ((state.marks[threadId] ?? 0) >= position) return state;
  return { ...state, marks: { ...state.marks, [threadId]: position } };
}

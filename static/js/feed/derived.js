// What a page shows of a message somewhere else than in its conversation: a hit's excerpt, a suggestion, an entry of the
// inbox. When the message is taken out, rewritten or moved away, the copy goes at once; the page says so in its place.
//
// Mark-up: [data-derived] around the copy and its link to /threads/<id> (or data-thread-id); [data-derived-text] each text.

const OF_A_THREAD = new Set(['message:deleted', 'message:edited', 'thread:left']);

/** The thread of which copies are no longer what it says, or null. */
export function outdatedBy(frame) {
  if (!frame) return null;
  if (OF_A_THREAD.has(frame.type)) return frame.data.thread_id;
  const retitled = frame.type === 'thread:changed' && (frame.data.untitled === 'removed' || frame.data.redactions?.length > 0);
  return retitled ? frame.data.thread_id : null;
}

export function mountDerived({ feed, words }) {
  feed.subscribe((_state, frame) => {
    const id = outdatedBy(frame);
    if (id) for (const copy of copiesOf(id)) blank(copy, words.outdated);
    if (frame?.type === 'closed') for (const copy of copiesOf(null)) blank(copy, words.outdated);
  });
}

/** The copies of a thread's texts; of every thread when access to a room ended, for copies do not name their room. */
function copiesOf(id) {
  const links = id === null ? 'a[href^="/threads/"]' : `a[href="/threads/${id}"], a[href^="/threads/${id}#"], a[href^="/threads/${id}?"]`;
  return [...document.querySelectorAll('[data-derived]')].filter(
    (copy) => (id === null ? copy.dataset.threadId : copy.dataset.threadId === id) || copy.matches(links) || copy.querySelector(links),
  );
}

function blank(copy, words) {
  for (const text of copy.querySelectorAll('[data-derived-text]')) text.textContent = words;
}

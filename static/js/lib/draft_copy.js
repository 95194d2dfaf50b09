// How this browser keeps a text not yet sent, under `hub:draft:<staff>:<place>`: {body, saved, …fields of its form};
// `saved` says that the server has this body.

export function writeCopy(copy) {
  return JSON.stringify(copy);
}

/** The copy in a stored value; a bare text is what the hub kept before it knew `saved`. Null for none. */
export function readCopy(stored) {
  if (stored === null || stored === undefined) return null;
  try {
    const copy = JSON.parse(stored);
    if (typeof copy?.body === 'string') return { ...copy, saved: copy.saved === true };
  } catch {
    // a bare text
  }
  return { body: stored, saved: false };
}

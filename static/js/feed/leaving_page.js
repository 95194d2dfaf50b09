// Leaving a page that is the only place where something still is: the browser asks first.

/** `deps` = {feed, store}. What lies in this browser's store comes back with the page and is no reason to ask. */
export function guardLeaving({ feed, store }, on = (name, listener) => addEventListener(name, listener)) {
  on('beforeunload', (event) => {
    if (holdsOnly([...store.fleeting(), ...feed.parts.store.fleeting()])) event.preventDefault();
  });
}

/** Texts, messages and files count; where the leader's heartbeat is kept does not matter. */
export const holdsOnly = (keys) => keys.some((key) => /^hub:(draft|pending|files):/.test(key));

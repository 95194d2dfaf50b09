// Leaving a page that is the only place where something still is: the browser asks first.

/** `deps` = {store, keeper}. What this browser keeps comes back with the page and is no reason to ask. */
export function guardLeaving({ store, keeper }, on = (name, listener) => addEventListener(name, listener)) {
  on('beforeunload', (event) => {
    if (holdsOnly(store.fleeting()) || keeper.fleeting().length > 0) event.preventDefault();
  });
}

/** Texts, messages and files that arrived count; where the leader's heartbeat is kept does not matter. */
export const holdsOnly = (keys) => keys.some((key) => /^hub:(draft|pending|files):/.test(key));

// localStorage that never throws: where it is switched off or full, a Map stands in for as long as the page lives.

export function createStore(storage = safely(() => globalThis.localStorage)) {
  const memory = new Map();
  return {
    get: (key) => memory.get(key) ?? safely(() => storage.getItem(key)) ?? null,
    set(key, value) {
      const kept = safely(() => (storage.setItem(key, value), true));
      if (kept) memory.delete(key);
      else memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      safely(() => storage.removeItem(key));
    },
    /** What is lost with this page. */
    fleeting: () => [...memory.keys()],
    keys: () => [...new Set([...memory.keys(), ...(safely(() => Object.keys(storage)) ?? [])])],
  };
}

function safely(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

// The files of one place that the server has and no message yet. One entry of the store for each: two tabs never overwrite
// each other's, and each hears what became of a file in the other.

export class Entries {
  constructor(store, staffId, place) {
    Object.assign(this, { store, prefix: `hub:files:${staffId}:${place}:` });
  }

  /** [[id, data], …], as they came to the server. */
  all() {
    const keys = this.store.keys().filter((key) => key.startsWith(this.prefix));
    const found = keys.map((key) => [key.slice(this.prefix.length), parsed(this.store.get(key))]).filter(([, data]) => data);
    return found.sort(([, a], [, b]) => Number(a.attachment_id) - Number(b.attachment_id));
  }

  keep(id, data) {
    this.store.set(this.prefix + id, JSON.stringify(data));
  }

  /** Posted, or taken out. Also a file that has no entry yet ends by one: another tab may be about to send it, and taking
   *  away what is not there would be told to nobody. */
  end(id) {
    this.store.set(this.prefix + id, 'null');
    this.store.remove(this.prefix + id);
  }

  /** What a storage event of another tab says of this place: {id, data, ended}; null when nothing. */
  heard({ key, newValue }) {
    if (!key?.startsWith(this.prefix)) return null;
    return { id: key.slice(this.prefix.length), data: parsed(newValue), ended: newValue === null };
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

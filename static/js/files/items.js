// The files of one tray in their order, and how it stands with them.

/** Item: {id, name, size, state: 'sending' | 'ready' | 'failed', per_cent, data?, fault?}. */
export class Items {
  /** `changed(items)` is told of every change. */
  constructor(changed) {
    Object.assign(this, { changed, items: [], waiting: [] });
  }

  find(id) {
    return this.items.find((item) => item.id === id);
  }

  /** The attachments that a post would name. */
  ids() {
    return this.items.filter((item) => item.state === 'ready').map((item) => item.data.attachment_id);
  }

  get empty() {
    return this.items.length === 0;
  }

  get sending() {
    return this.items.some((item) => item.state === 'sending');
  }

  get failed() {
    return this.items.some((item) => item.state === 'failed');
  }

  /** Once nothing is on its way any more. */
  settled() {
    return this.sending ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  tell() {
    this.changed(this.items);
    if (!this.sending) for (const go of this.waiting.splice(0)) go();
  }
}

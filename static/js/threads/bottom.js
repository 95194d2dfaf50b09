// Who reads the newest messages goes on seeing them while the composer below grows, or the window gets lower.

/** `timeline` as in timeline.js; `boxes` whose height takes room from the conversation. */
export function keepAtEnd(timeline, boxes) {
  const sizes = () => [innerHeight, ...boxes.map((box) => box.clientHeight)].join();
  let [atEnd, known] = [timeline.nearEnd(), sizes()];
  const stay = () => {
    known = sizes();
    if (atEnd && !timeline.list.querySelector('form[data-editing]')) timeline.toEnd();
  };
  // What scrolls because a box has just changed is not the reader: `stay` follows at once.
  const look = () => {
    if (sizes() === known) atEnd = timeline.nearEnd();
  };
  addEventListener('scroll', look, { capture: true, passive: true });
  addEventListener('resize', stay);
  const watch = new ResizeObserver(stay);
  for (const box of boxes) watch.observe(box);
}

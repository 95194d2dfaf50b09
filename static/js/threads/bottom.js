// Who reads the newest messages goes on seeing them while the composer below grows, or the window gets lower.

/** `timeline` as in timeline.js; `boxes` whose height takes room from the conversation. */
export function keepAtEnd(timeline, boxes) {
  let atEnd = timeline.nearEnd();
  addEventListener('scroll', () => { atEnd = timeline.nearEnd(); }, { capture: true, passive: true });
  const stay = () => atEnd && timeline.toEnd();
  addEventListener('resize', stay);
  const watch = new ResizeObserver(stay);
  for (const box of boxes) watch.observe(box);
}

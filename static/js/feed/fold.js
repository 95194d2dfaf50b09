// `node static/js/feed/fold.js < frames.json`: a JSON list of frames -> the folded state; a list of such lists -> a list of
// states. For the property test, which holds the browser's reducer against what the server would show.

import { readFileSync } from 'node:fs';
import { emptyState, reduce } from './reducer.js';

const given = JSON.parse(readFileSync(0, 'utf8'));
const fold = (frames) => frames.reduce(reduce, emptyState());
process.stdout.write(JSON.stringify(Array.isArray(given[0]) ? given.map(fold) : fold(given)));

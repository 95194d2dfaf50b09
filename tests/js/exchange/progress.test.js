import assert from 'node:assert/strict';
import { test } from 'node:test';

import { followImport } from '../../../static/js/exchange/progress.js';

async function followed(answers) {
  const shown = [];
  const ask = async () => {
    const answer = answers.shift();
    if (answer.code) throw answer;
    return answer;
  };
  await followImport(ask, ({ state, done }) => shown.push([state, done]), { wait: async () => {} });
  return { shown, left: answers.length };
}

test('it shows how far the import is until it has ended', async () => {
  const rest = [{ state: 'checking', done: 250 }, { state: 'writing', done: 500 }, { state: 'done' }, { state: 'checking' }];
  assert.deepEqual(await followed(rest), { shown: [['checking', 250], ['writing', 500]], left: 1 });
});

test('a gap in the network is waited out, an answer that it is not there is not', async () => {
  const rest = [{ code: 'offline' }, { code: 'timeout' }, { state: 'writing', done: 1 }, { code: 'not_found' }, { state: 'writing' }];
  assert.deepEqual(await followed(rest), { shown: [['writing', 1]], left: 1 });
});

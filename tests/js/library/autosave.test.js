import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { Autosave } from '../../../static/js/library/autosave.js';

function saver(answers) {
  const told = [];
  const sent = [];
  const autosave = new Autosave({
    delay: 10,
    send: () => {
      sent.push(sent.length);
      return answers.shift()?.() ?? Promise.resolve();
    },
    tell: (state, words) => told.push(words ? [state, words] : state),
  });
  return { autosave, told, sent };
}

test('it waits until the writing pauses and saves once', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { autosave, told, sent } = saver([]);
  autosave.changed();
  mock.timers.tick(9);
  autosave.changed();
  mock.timers.tick(9);
  assert.equal(sent.length, 0);
  mock.timers.tick(1);
  await autosave.flight;
  assert.deepEqual([sent.length, told], [1, ['saving', 'saved']]);
  mock.timers.reset();
});

test('what is asked for while a save is on its way follows at once', async () => {
  let arrive;
  const { autosave, sent } = saver([() => new Promise((resolve) => { arrive = resolve; })]);
  const first = autosave.save();
  autosave.save();
  arrive();
  await first;
  assert.equal(sent.length, 2);
});

test('a page that goes away saves what waits for a pause, and asks only when more waits behind that', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { autosave, sent } = saver([]);
  assert.ok(autosave.flush());
  assert.equal(sent.length, 0);
  autosave.changed();
  assert.ok(autosave.flush());
  assert.equal(sent.length, 1);
  autosave.changed();
  assert.ok(!autosave.flush());
  mock.timers.reset();
});

test('after a conflict nothing more is sent by itself', async () => {
  const { autosave, told, sent } = saver([() => Promise.reject({ code: 'conflict' })]);
  await autosave.save();
  await autosave.save();
  assert.deepEqual([sent.length, told.at(-1)], [1, 'conflict']);
});

test('a refusal is told in the words of the server and the next change is sent again', async () => {
  const { autosave, told, sent } = saver([() => Promise.reject({ code: 'invalid', fields: { title: '入力してください。' } })]);
  await autosave.save();
  assert.deepEqual(told.at(-1), ['refused', '入力してください。']);
  await autosave.save();
  assert.deepEqual([sent.length, told.at(-1)], [2, 'saved']);
});

test('a button waits for what is on its way', async () => {
  let arrive;
  const { autosave } = saver([() => new Promise((resolve) => { arrive = resolve; })]);
  autosave.save();
  const flight = autosave.finish();
  assert.ok(flight);
  arrive();
  await flight;
  autosave.changed();
  assert.equal(autosave.timer, null);
});

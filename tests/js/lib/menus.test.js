import assert from 'node:assert/strict';
import test from 'node:test';

import { placed } from '../../../static/js/lib/menus.js';

const VIEW = { width: 320, height: 225 };
const at = (left, top) => ({ left, top, right: left + 40, bottom: top + 30 });

test('a menu hangs below what opens it, ending where that ends', () => {
  assert.deepEqual(placed(at(270, 10), { width: 200, height: 100 }, VIEW), { left: 110, top: 40, height: 100 });
  assert.deepEqual(placed(at(20, 10), { width: 200, height: 100 }, VIEW, true), { left: 20, top: 40, height: 100 });
});

test('it never begins or ends outside the window', () => {
  assert.equal(placed(at(10, 10), { width: 200, height: 100 }, VIEW).left, 8);
  assert.equal(placed(at(250, 10), { width: 200, height: 100 }, VIEW, true).left, 112);
});

test('where there is more room above it stands there, and no higher than that', () => {
  assert.deepEqual(placed(at(270, 180), { width: 200, height: 100 }, VIEW), { left: 110, top: 80, height: 100 });
  assert.deepEqual(placed(at(270, 150), { width: 200, height: 300 }, VIEW), { left: 110, top: 8, height: 142 });
  assert.deepEqual(placed(at(270, 20), { width: 200, height: 300 }, VIEW), { left: 110, top: 50, height: 167 });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { findCautions } from "../../static/js/threads/caution.js";

const cases = JSON.parse(readFileSync(new URL("../fixtures/cautions.json", import.meta.url), "utf8"));

for (const { text, found } of cases) {
  test(`${found.length ? "warns of" : "does not warn of"} ${text}`, () => {
    const seen = findCautions(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);
    assert.deepEqual(seen, found);
  });
}

test("a text that is asked for twice gives the same answer", () => {
  const text = "電話 027-223-1111、027-223-1112";
  assert.deepEqual(findCautions(text), findCautions(text));
  assert.equal(findCautions(text).length, 2);
});

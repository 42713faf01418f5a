// What the chat promises of everything that somebody heard.

import assert from "node:assert/strict";

/**
 * Ids rise strictly, each speaker's lines are there from the first on, each once and in order, and what was
 * acknowledged is there under its id.
 */
export function assertWhole(heard, speakers, who) {
  const texts = new Map(speakers.map(({ handle }) => [handle, []]));
  const byId = new Map();
  let newest = 0;
  for (const { id, handle, message } of heard) {
    assert.ok(id > newest, `${who}: ${id} after ${newest}`);
    newest = id;
    texts.get(handle).push(message);
    byId.set(id, message);
  }
  for (const { handle, line, acknowledged } of speakers) {
    const expected = texts.get(handle).map((_, number) => line(number));
    assert.deepEqual(texts.get(handle), expected, `${who}: what ${handle} said`);
    for (const [number, id] of acknowledged) {
      assert.equal(byId.get(id), line(number), `${who}: what was acknowledged to ${handle} as ${id}`);
    }
  }
}

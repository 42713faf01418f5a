// What the page knows of the filter language: where a caret stands, what may come there, and how filters are joined.

import assert from "node:assert/strict";
import { test } from "node:test";
import { placeAt } from "../../web/src/filter/grammar.js";
import { both, none } from "../../web/src/filter/join.js";
import { suggestionsAt } from "../../web/src/filter/suggestions.js";
import { quoted, tokens } from "../../web/src/filter/tokens.js";

const OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "in"];
const FIELDS = [
  { name: "length", type: "number", description: "bytes on the wire", operators: OPERATORS },
  { name: "ws.opcode", type: "word", description: "the opcode", operators: OPERATORS, values: ["text", "close"] },
  { name: "upgrade", type: "word", description: "a step", operators: ["=="], values: ["probe", "probe answer"] },
  { name: "sio.event", type: "text", description: "the event's name", operators: ["==", "~"] },
];
const SEEN = { "sio.event": [['"typing"', 1], ['"message"', 12]], "ws.opcode": [["text", 3]] };
const seen = (field) => new Map(SEEN[field] ?? []);

/** The suggestions where `|` stands in a text. */
function suggested(text) {
  const caret = text.indexOf("|");
  return suggestionsAt(placeAt(text.replace("|", ""), caret), FIELDS, seen);
}
const labels = (text) => suggested(text).map(({ label }) => label);

test("every text is cut into tokens that stand where they stood, whatever it is", () => {
  const texts = [
    'ws.opcode == close && ws.close.code in {1000 1002..1011} or text ~ "say \\"hi\\""',
    "mine&&!(conn==7)||length>=0x3e8",
    'an "open text \\',
    "𝔤𝔩𝔞𝔰𝔰 § = & | 'no'",
    "  ",
  ];
  for (const text of texts) {
    const found = tokens(text);
    const between = found.map(({ from }, index) => text.slice(found[index - 1]?.to ?? 0, from));
    assert.ok(between.every((space) => space.trim() === ""), text);
    assert.ok(found.every((token) => text.slice(token.from, token.to) === token.text), text);
  }
  const kinds = tokens('not a.b in {1..2} and "x" or = ').map(({ kind }) => kind);
  const expected = ["not", "word", "in", "sign", "number", "sign", "number", "sign", "and", "text", "or", "unknown"];
  assert.deepEqual(kinds, expected);
});

test("fields come where a test begins: by beginning, then part, then letters, then explanation", () => {
  assert.deepEqual(labels("|").slice(0, 4), FIELDS.map(({ name }) => name));
  assert.deepEqual(labels("e|"), ["sio.event", "length", "ws.opcode", "upgrade"]);
  assert.deepEqual(labels("not (op|"), ["ws.opcode"]);
  assert.deepEqual(labels("length > 1 and wire|"), ["length"]);
  assert.deepEqual(labels("leng| == 4"), ["length"]);
});

test("operators of the field follow it, and so does what joins tests", () => {
  assert.deepEqual(labels("sio.event |"), ["==", "~", "and", "or"]);
  assert.deepEqual(labels("(sio.event |"), ["==", "~", "and", "or", ")"]);
  assert.deepEqual(labels("sio.event =|"), ["=="]);
  assert.deepEqual(labels("length > 4 |"), ["and", "or"]);
  assert.deepEqual(labels("((length > 4) |"), ["and", "or", ")"]);
  assert.deepEqual(labels("length > 4 a|"), ["and"]);
  assert.deepEqual(suggested("length i|").map(({ insert }) => insert), ["in {"]);
});

test("values are the field's words, or what the page has seen of it, the most frequent first", () => {
  assert.deepEqual(labels("ws.opcode == |"), ["text", "close"]);
  assert.deepEqual(labels("ws.opcode == c|"), ["close"]);
  assert.deepEqual(labels("sio.event == |"), ['"message"', '"typing"']);
  assert.deepEqual(labels('sio.event == "ty|'), ['"typing"']);
  assert.deepEqual(labels("upgrade == |"), ["probe", '"probe answer"']);
  assert.deepEqual(labels("length == |"), []);
  assert.deepEqual(labels("ws.opcode in |"), ["{"]);
  assert.deepEqual(labels("ws.opcode in {text |"), ["text", "close", "}"]);
  assert.deepEqual(labels("ws.opcode in {text} |"), ["and", "or"]);
  assert.match(suggested("ws.opcode == |")[0].description, /3 of the newest records/);
});

test("what is written already is not suggested, and a text that is closed is over", () => {
  assert.deepEqual(labels("ws.opcode|"), []);
  assert.deepEqual(labels('sio.event == "message"|'), ["and", "or"]);
});

test("filters are joined with the brackets that they need, and texts are quoted on one line", () => {
  assert.equal(both("", "a == 1"), "a == 1");
  assert.equal(both("a or b", "c and d"), "(a or b) and c and d");
  assert.equal(both('text ~ "this or that"', none("a and b")), 'text ~ "this or that" and not (a and b)');
  assert.equal(none("conn == 7"), "not conn == 7");
  assert.equal(quoted('a "b" \\ \n\u0001\u{1f600}'), '"a \\"b\\" \\\\ \\n\\u{1}\u{1f600}"');
});

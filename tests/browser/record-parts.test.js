// The parts of an open record: the mask and the length of frames, what has an address, what can be copied.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { curl } from "../../web/src/record/curl.js";
import { Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { Line } from "../support/websocket.js";

/** The frames that came to the server over `/ws/echo`, whole, as the inspector has them. */
async function echoed(visitor, messages) {
  const line = await Line.open(server.webSocketUrl("/ws/echo"));
  for (const message of messages) line.send(message);
  const filter = encodeURIComponent("kind == frame and direction == to_server");
  const frames = await eventually(async () => {
    const frames = (await visitor.captured(filter)).filter(({ engineio }) => !engineio);
    return frames.length >= messages.length && frames;
  }, "the frames");
  return Promise.all(frames.map(({ seq }) => whole(visitor, seq)));
}

async function whole(visitor, seq) {
  return (await visitor.page.request.get(`/inspector/records/${seq}`)).json();
}

/** The digits of a row of the masking, byte by byte. */
async function row(visitor, name) {
  const cells = visitor.record.getByRole("row", { name: new RegExp(`^${name}`) }).getByRole("gridcell");
  return cells.allInnerTexts();
}

test("the mask is taken off byte by byte, and the length's form is explained", async () => {
  const ann = await Visitor.open(browser, server);
  const frames = await echoed(ann, ["Look: 0123456789 abcdefghij KLMNOPQRST", "x".repeat(300), "y".repeat(70_000)]);
  const [short, middle, long] = frames;
  await ann.openRecord(short.seq);
  await ann.record.getByRole("tab", { name: "Length and mask" }).click();

  const wire = Buffer.from(short.bytes.wire, "hex");
  const [key, payload] = [wire.subarray(2, 6), wire.subarray(6)];
  const shown = (await row(ann, "on the wire")).length;
  assert.ok(shown >= 8 && shown < payload.length, "a part of the payload is in view");
  const digits = (bytes) => Array.from(bytes.subarray(0, shown), (byte) => byte.toString(16).padStart(2, "0"));
  assert.deepEqual(await row(ann, "on the wire"), digits(payload));
  assert.deepEqual(await row(ann, "⊕ masking key"), digits(Buffer.concat(Array(16).fill(key))));
  const unmasked = Buffer.from(payload.map((byte, index) => byte ^ key[index % 4]));
  assert.deepEqual(await row(ann, "= unmasked"), digits(unmasked));
  assert.equal(unmasked.toString(), "Look: 0123456789 abcdefghij KLMNOPQRST");

  // By keyboard to the sixth byte: the formula with its numbers, and its bits.
  const grid = ann.record.getByRole("grid", { name: "The payload, byte by byte" });
  await grid.focus();
  for (let step = 0; step < 5; step++) await ann.page.keyboard.press("ArrowRight");
  const x = (byte) => `0x${byte.toString(16).padStart(2, "0")}`;
  const formula = `octet 5: ${x(payload[5])} XOR key[5 mod 4 = 1] ${x(key[1])} = ${x(unmasked[5])}`;
  await ann.record.getByText(formula).waitFor();
  const b = (byte) => `0b${byte.toString(2).padStart(8, "0")}`;
  for (const byte of [payload[5], key[1], unmasked[5]]) await ann.record.getByText(b(byte)).first().waitFor();
  await ann.page.keyboard.press("End");
  await ann.record.getByText(`octet ${payload.length - 1}:`).waitFor();
  const here = ann.record.locator(`#octet-${payload.length - 1}`);
  assert.equal(await here.getAttribute("aria-colindex"), await ann.record.getByRole("grid", { name: /byte by byte/ })
    .getAttribute("aria-colcount"), "the last byte stands in the last column");
  assert.equal((await row(ann, "= unmasked")).at(-1), digits(unmasked.subarray(-shown)).at(-1));
  await ann.page.keyboard.press("PageUp");
  await ann.record.getByText(`octet ${payload.length - 1 - shown}:`).waitFor();
  assert.deepEqual(await ann.barriers(), []);

  // The byte is the one that the hex view has, too.
  await ann.record.getByRole("tab", { name: "Bits and bytes" }).click();
  const cursor = ann.record.getByRole("grid", { name: "Bytes" }).locator(".cursor").first();
  assert.equal(await cursor.getAttribute("id"), `byte-${payload.length - 1 - shown}`);
  await ann.record.getByRole("tab", { name: "Length and mask" }).click();

  // Three lengths, three forms. The part stays chosen from record to record.
  for (const [frame, words, extra, cost] of [
    [short, "38 fits into 7 bits (0 to 125)", 0, 6],
    [middle, "126 in their place says that the length stands in the next 16 bits", 2, 8],
    [long, "127 in the place of 7 says that the length stands in the next 64 bits", 8, 14],
  ]) {
    await ann.openRecord(frame.seq);
    await ann.record.getByText(words).waitFor();
    const told = (await ann.record.locator(".length-cost").innerText()).replaceAll(/\s+/g, " ");
    assert.ok(told.includes(`2 + ${extra} for the length + 4 for the masking key = ${cost} bytes`), told);
    const used = await ann.record.locator(".length-forms .used").innerText();
    assert.ok(used.includes(frame.websocket.payload_length.toLocaleString("en")), used);
  }

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a field and a range of bytes have addresses that light them again", async () => {
  const ann = await Visitor.open(browser, server);
  const [{ seq, bytes }] = await echoed(ann, ["bytes with an address"]);
  await ann.openRecord(seq);
  const tree = ann.record.getByRole("tree", { name: "Fields" });
  const grid = ann.record.getByRole("grid", { name: "Bytes" });
  const lit = async () => (await grid.locator('[role="gridcell"].lit').allInnerTexts()).join("");
  const addressed = (place) =>
    eventually(() => ann.page.url().endsWith(`&bits=${place}`), `bits=${place} in the address`);
  const lens = ann.record.locator(".lens");

  // A field of four bits: what it lights is told to the bit.
  await tree.getByRole("treeitem", { name: /^opcode/ }).click();
  await addressed("wire:4-8");
  await lens.getByText("bits 4 to 7").waitFor();
  const section = lens.getByRole("link", { name: "RFC 6455 5.2" });
  assert.equal(await section.getAttribute("href"), "https://www.rfc-editor.org/rfc/rfc6455#section-5.2");
  assert.equal(await section.getAttribute("rel"), "noopener");
  assert.match(await section.getAttribute("title"), /^Base Framing Protocol: /);
  await ann.page.reload();
  await lens.getByText("opcode", { exact: true }).waitFor();
  await tree.locator('[aria-selected="true"]', { hasText: "opcode" }).waitFor();

  // A range by keyboard, across two fields; in another page it is the same.
  await grid.locator("#byte-4").click();
  await grid.focus();
  for (let step = 0; step < 3; step++) await ann.page.keyboard.press("Shift+ArrowRight");
  await addressed("wire:32-64");
  await lens.getByText("4 bytes", { exact: true }).waitFor();
  assert.equal(await lit(), bytes.wire.slice(8, 16));
  const other = new Visitor(await ann.page.context().newPage());
  await other.page.goto(ann.page.url());
  await other.record.locator(".lens").getByText("4 bytes", { exact: true }).waitFor();
  const again = other.record.getByRole("grid", { name: "Bytes" }).locator('[aria-selected="true"]');
  assert.equal((await again.allInnerTexts()).join(""), bytes.wire.slice(8, 16));
  await other.page.close();

  // By dragging, in another buffer; what is exactly a field becomes that field.
  await ann.record.getByRole("radio", { name: "Unmasked" }).check({ force: true });
  await grid.locator("#byte-6").hover();
  await ann.page.mouse.down();
  await grid.locator("#byte-9").hover();
  await ann.page.mouse.up();
  await addressed("unmasked:48-80");
  await lens.getByText("As text: “with”.").waitFor();
  await ann.record.getByRole("radio", { name: "On the wire" }).check({ force: true });
  await grid.locator("#byte-2").click();
  await grid.locator("#byte-5").click({ modifiers: ["Shift"] });
  await addressed("wire:16-48");
  await tree.locator('[aria-selected="true"]', { hasText: "Masking key" }).waitFor();

  // Less than a byte is told to the bit: FIN and the RSVs of a whole text frame, and the same without FIN.
  // What comes into view under the pointer would be pointed at.
  await ann.page.mouse.move(0, 0);
  await ann.page.goto(`/#record=${seq}&bits=wire:0-4`);
  await lens.getByText("4 bits", { exact: true }).waitFor();
  assert.match(await lens.innerText(), /0b1000[^]*As a number: 8\./);
  await ann.page.goto(`/#record=${seq}&bits=wire:1-4`);
  await lens.getByText("As a number: 0.").waitFor();

  // A place that the record does not have, or not all of.
  await ann.page.goto(`/#record=${seq}&bits=inflated:0-8`);
  await lens.getByText("The link’s bits 0 to 7 of “Inflated” are not in this record.").waitFor();
  await ann.page.goto(`/#record=${seq}&bits=wire:208-800`);
  await lens.getByText(`The link’s bits 208 to 799 of “On the wire” reach beyond its 27 bytes.`).waitFor();
  await lens.getByText("1 byte", { exact: true }).waitFor();

  // Bytes far down are brought into view.
  const [long] = (await echoed(ann, ["far down ".repeat(200)])).slice(-1);
  await ann.page.goto(`/#record=${long.seq}&bits=unmasked:12800-12832`);
  await eventually(() => ann.page.evaluate(inView, "#byte-1600"), "the bytes in view");
  await ann.page.reload();
  await eventually(() => ann.page.evaluate(inView, "#byte-1600"), "the bytes in view again");

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

/** Whether an element can be seen at its place. Runs in the page. */
function inView(selector) {
  const element = document.querySelector(selector);
  const { x, y, width, height } = element?.getBoundingClientRect() ?? { x: -1, y: -1, width: 0, height: 0 };
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  return top !== null && top === element;
}

test("a record is copied as hex, text, JSON, a link and a curl command", async () => {
  const ann = await Visitor.open(browser, server, { permissions: ["clipboard-read", "clipboard-write"] });
  const [text, binary] = await echoed(ann, ["copy me: ✓", Buffer.from([0xff, 0xfe, 0x00])]);
  const copied = async (name, where) => {
    const menu = await ann.menu("Copy");
    await (where ? menu.getByRole("region", { name: where }) : menu).getByRole("button", { name, exact: true }).click();
    await ann.record.getByText(`Copied: ${name}`).waitFor();
    return ann.page.evaluate(() => navigator.clipboard.readText());
  };

  await ann.openRecord(text.seq);
  assert.equal(await copied("Hex"), text.bytes.wire.match(/../g).join(" "));
  await ann.record.getByRole("radio", { name: "Unmasked" }).check({ force: true });
  assert.equal(await copied("Text"), "copy me: ✓");
  await ann.record.getByRole("treeitem", { name: /^Masking key/ }).click();
  assert.equal(await copied("Hex", /^Chosen: Masking key/), text.websocket.masking_key.match(/../g).join(" "));
  assert.deepEqual(JSON.parse(await copied("JSON")), await whole(ann, text.seq));
  assert.equal(await copied("Link to this view"), `${server.url}/#record=${text.seq}&bits=wire:16-48`);

  await ann.openRecord(binary.seq);
  await ann.record.getByRole("radio", { name: "Unmasked" }).check({ force: true });
  const menu = await ann.menu("Copy");
  await menu.getByText("These bytes are no UTF-8.").waitFor();
  assert.ok(await menu.getByRole("button", { name: "Text" }).isDisabled());
  assert.equal(await menu.getByRole("button", { name: "curl command" }).count(), 0);
  assert.deepEqual(await ann.barriers(), []);
  await ann.page.keyboard.press("Escape");

  // A request with a body that a shell would love to read for itself, taken apart by one.
  const body = `{"handle":"ann","message":"it's $(id) \`id\` \\"!!\\" \\u001b"}`;
  const headers = { "content-type": "application/json", "x-api-key": "hush hush" };
  const answer = await ann.page.request.post("/chat/messages", { data: body, headers });
  assert.equal(answer.status(), 201);
  const [request] = await eventually(async () => {
    const found = await ann.captured(encodeURIComponent('http.method == "POST" and http.target == "/chat/messages"'));
    return found.length > 0 && found;
  }, "the request");
  await ann.openRecord(request.seq);
  const command = await copied("curl command");
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const words = execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\0");
  assert.ok(words.includes(`${server.url}/chat/messages`), command);
  assert.equal(words[words.indexOf("--data-binary") + 1], body);
  assert.equal(words[words.indexOf("--request") + 1], "POST");
  assert.ok(words.includes("x-api-key: <redacted>") || words.includes("X-Api-Key: <redacted>"), command);
  assert.ok(!command.includes("hush"));

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a line of a request's head that is no header is not made one by curl", () => {
  const request = (...lines) => {
    const head = ["GET / HTTP/1.1", "Host: here", ...lines, "", ""].join("\r\n");
    return curl({ kind: "request", bytes: { wire: Buffer.from(head).toString("hex") } });
  };
  const { command, note } = request("no header", " folded: line", ": nameless", "Accept: a/b");
  assert.ok(command.includes("--header 'Accept: a/b'"), command);
  for (const word of ["no header", "no heade", "folded", "nameless"]) assert.ok(!command.includes(word), command);
  assert.equal(note, "Lines of the head that are no headers are left out.");
  assert.equal(request("Accept: a/b").command, command);
  assert.equal(request("Accept: a/b").note, "");
});

test("a record of thousands of fields draws those in reach, and the keyboard reaches all", async () => {
  const ann = await Visitor.open(browser, server);
  const session = async (options) => {
    const answer = await ann.page.request.fetch("/socket.io/?EIO=4&transport=polling", options);
    return answer.text();
  };
  const { sid } = JSON.parse((await session({})).slice(1));
  const post = (data) => session({ method: "POST", params: { EIO: "4", transport: "polling", sid }, data });
  await post("40");
  const packets = Array.from({ length: 1_500 }, (_, index) => `42["typing",${index}]`);
  await post(packets.join("\x1e"));
  const [record] = await eventually(async () => {
    const found = await ann.captured(encodeURIComponent("length > 10000 and direction == to_server"));
    return found.length > 0 && found;
  }, "the request");

  await ann.openRecord(record.seq);
  const tree = ann.record.getByRole("tree", { name: "Fields" });
  await tree.getByRole("treeitem").first().waitFor();
  assert.ok((await tree.getByRole("treeitem").count()) <= 100);
  await tree.focus();
  await ann.page.keyboard.press("End");
  await tree.locator('[aria-selected="true"]', { hasText: '["typing",1499]' }).waitFor();
  assert.ok((await tree.getByRole("treeitem").count()) <= 200);
  await ann.record.getByRole("button", { name: /^[\d,]+ more above$/ }).waitFor();

  // To the record before, and back, where the list is out of sight.
  await ann.page.getByRole("button", { name: "The record before" }).click();
  await eventually(() => !ann.page.url().includes(`record=${record.seq}`), "another record");
  await ann.page.getByRole("button", { name: "The record after" }).click();
  await ann.record.getByRole("heading", { name: `Record ${record.seq}`, exact: true }).waitFor();

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

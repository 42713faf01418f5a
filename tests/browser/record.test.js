// One record, opened: its fields, its bits, its bytes, and the link to it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";

/** Says something, and gives the record of the frame that carried it to the server. */
async function sent(visitor, text) {
  await visitor.say(text);
  await visitor.hears(text);
  return eventually(async () => {
    const records = await visitor.captured();
    return records.find((record) => record.direction === "to_server" && record.text?.includes(text));
  }, "the frame that carried the words");
}

test("a chosen frame shows its fields, bits and bytes, and they light each other up", async () => {
  const ann = await Visitor.open(browser, server);
  const { seq, websocket, length } = await sent(ann, "look at my bits");
  await ann.choose(seq);
  assert.match(ann.page.url(), new RegExp(`#record=${seq}$`));

  const tree = ann.record.getByRole("tree", { name: "Fields" });
  const field = (name) => tree.getByRole("treeitem", { name: new RegExp(`^${name}\\b`) });
  for (const [name, value] of [
    ["FIN", "1"],
    ["RSV1", "0"],
    ["opcode", "0x1 \\(text\\)"],
    ["MASK", "1"],
    ["Payload length", String(websocket.payload_length)],
    ["Masking key", websocket.masking_key],
  ]) {
    assert.match(await field(name).innerText(), new RegExp(`${name}\\s+${value}`));
  }
  for (const name of ["FIN", "opcode", "MASK", "Masking key"]) {
    await ann.record.locator("figure").getByRole("button", { name: new RegExp(`^[01?\\s]*${name}\\b`) }).first().waitFor();
  }

  // The masking key stands in bytes 2 to 5 of a short frame from a client.
  const bytes = ann.record.getByRole("grid", { name: "Bytes" });
  const lit = () => bytes.locator('[role="gridcell"].lit').allInnerTexts();
  await field("Masking key").click();
  await ann.record.getByRole("status").getByText("Masking key").waitFor();
  assert.equal((await lit()).join(""), websocket.masking_key);
  assert.equal(await bytes.getByRole("gridcell").count(), length);

  // From a byte to its field: the first byte after the key is payload.
  await bytes.locator("#byte-6").click();
  await tree.locator('[aria-selected="true"]', { hasText: "Payload data" }).waitFor();

  // What the XOR gives is what was said.
  await ann.record.getByRole("radio", { name: "Unmasked" }).check({ force: true });
  const text = Buffer.from((await bytes.getByRole("gridcell").allInnerTexts()).join(""), "hex").toString();
  assert.match(text, /^42\d*\["send_message",\{.*"message":"look at my bits"/);

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a link to a record opens it, Back and Escape close it", async () => {
  const ann = await Visitor.open(browser, server);
  const { seq } = await sent(ann, "link to me");
  await ann.choose(seq);

  const page = await ann.page.context().newPage();
  await page.goto(ann.page.url());
  await page.getByRole("heading", { name: `Record ${seq}`, exact: true }).waitFor();
  await page.close();

  await ann.page.reload();
  await ann.record.getByRole("heading", { name: `Record ${seq}`, exact: true }).waitFor();
  await ann.page.keyboard.press("Escape");
  await ann.record.waitFor({ state: "detached" });
  await eventually(() => !ann.page.url().includes("record="), "an address without the record");

  await ann.choose(seq);
  await ann.page.goBack();
  await ann.record.waitFor({ state: "detached" });

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a link to a record that is gone, or never was, says so", async () => {
  const ann = await Visitor.open(browser, server);
  const [{ seq }] = await ann.captured();
  await ann.page.goto("/#record=999999");
  await ann.record.getByText("No record has the number 999999 yet: the newest is").waitFor();
  await ann.page.request.delete("/inspector/records");
  await ann.page.goto(`/#record=${seq}`);
  await ann.record.getByText(`Record ${seq} is no longer in the capture`).waitFor();
  await ann.leave();
});

test("the handshake's Accept is worked out, and the session's cookie is redacted", async () => {
  const ann = await Visitor.open(browser, server);
  const [cookie] = await ann.page.context().cookies();
  const records = await ann.captured();
  const answer = records.find(({ http }) => http?.status === 101);
  const request = records.find(({ http, kind }) => kind === "request" && http.exchange === answer.http.exchange);
  await ann.openRecord(request.seq);

  // Worked out here once more, from the key that the page shows.
  const steps = ann.record.locator(".accept-steps code");
  const said = async (step) => (await steps.nth(step).innerText()).replaceAll(/\s/g, "");
  const key = request.http.headers.find(([name]) => name.toLowerCase() === "sec-websocket-key")[1];
  assert.equal(await said(0), `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const digest = createHash("sha1").update(await said(0)).digest();
  assert.equal(await said(1), digest.toString("hex"));
  assert.equal(await said(2), digest.toString("base64"));
  await ann.record.getByText("✓ The same as the server sent").waitFor();

  // Each line as it stood on the wire, what it does, and whether the handshake needs it.
  const lines = ann.record.locator(".lines li");
  assert.equal(await lines.count(), request.http.headers.length + 2);
  const needed = await ann.record.locator(".line.needed .line-wire").allInnerTexts();
  const names = needed.map((line) => line.split(/[: ]/)[0].toLowerCase());
  const expected = ["connection", "get", "host", "sec-websocket-key", "sec-websocket-version", "upgrade"];
  assert.deepEqual(names.toSorted(), expected);
  await lines.filter({ hasText: "Cookie" }).getByText("redacted").waitFor();
  await ann.record.getByText(/permessage-deflate/).first().waitFor();
  assert.deepEqual(await ann.barriers(), []);
  const shown = await ann.page.content();
  assert.ok(!shown.includes(cookie.value), "the cookie's value is on the page");
  const detail = await (await ann.page.request.get(`/inspector/records/${request.seq}`)).text();
  assert.ok(!detail.includes(cookie.value), "the cookie's value is in the answer");
  assert.ok(!detail.includes(Buffer.from(cookie.value).toString("hex")), "the cookie's value is in the bytes");

  // The other half.
  await ann.record.getByRole("link", { name: `The server’s answer is record ${answer.seq}` }).click();
  await ann.record.getByRole("heading", { name: `Record ${answer.seq}`, exact: true }).waitFor();
  const accept = answer.http.headers.find(([name]) => name.toLowerCase() === "sec-websocket-accept")[1];
  assert.equal(await ann.record.locator(".verdict code").innerText(), accept);
  await ann.record.getByRole("tab", { name: "Fields and bytes" }).click();
  await ann.record.getByRole("tree", { name: "Fields" }).getByText(/sec-websocket-accept/i).first().waitFor();

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a refused handshake is told as refused", async () => {
  const ann = await Visitor.open(browser, server);
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    origin: "http://elsewhere.example",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "sec-websocket-extensions": "permessage-deflate",
  };
  const refused = await ann.page.request.get("/ws/chat", { headers });
  assert.equal(refused.status(), 403);
  const answer = await eventually(async () => {
    const records = await ann.captured();
    return records.find(({ http }) => http?.status === 403);
  }, "the refusal");
  const request = (await ann.captured()).find(
    ({ kind, http }) => kind === "request" && http.exchange === answer.http.exchange,
  );
  for (const { seq } of [answer, request]) {
    await ann.openRecord(seq);
    await ann.record.getByText("The server refused with 403, so there is no Accept.").waitFor();
    await ann.record.getByText("not decided").waitFor();
    assert.equal(await ann.record.locator(".verdict.bad").count(), 0);
  }
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a record that cannot be drawn says so, and the next one is drawn", async () => {
  const ann = await Visitor.open(browser, server);
  const { seq } = await sent(ann, "torn");
  const before = (await ann.captured()).find((record) => record.kind === "frame" && record.seq < seq);
  await ann.page.route(`**/inspector/records/${seq}`, async (route) => {
    const json = await (await route.fetch()).json();
    await route.fulfill({ json: { ...json, handshake: {} } });
  });
  await ann.openRecord(seq);
  await ann.record.getByText("This record cannot be drawn").waitFor();
  await ann.openRecord(before.seq);
  await ann.record.getByRole("tree", { name: "Fields" }).waitFor();
  await ann.leave();
});

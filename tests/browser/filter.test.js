// The filter box, and the ways from one record to those that belong together with it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { Line } from "../support/websocket.js";

const box = ({ page }) => page.getByRole("combobox", { name: "Filter" });

/** Waits until the list has exactly the records that the server says pass; presence can add to them meanwhile. */
async function lists(visitor, filter) {
  await eventually(async () => {
    if (!(await visitor.records.count())) return false;
    const rows = (await visitor.rows()).map(({ seq }) => seq);
    const expected = (await visitor.captured(encodeURIComponent(filter))).map(({ seq }) => seq);
    return expected.length > 0 && rows.join() === expected.join();
  }, `the rows that pass ${filter}`);
}

/** The record of `direction` that carries a chat message, once it is known which. */
function carrying(visitor, direction, text) {
  return eventually(async () => {
    const records = await visitor.captured();
    return records.find((record) => record.direction === direction && record.chat && record.text?.includes(text));
  }, `the record that carried ${text}`);
}

test("from a record to its acknowledgement and back, and to all that carried its message", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await ann.say("follow me");
  await bob.hears("follow me");
  const sent = await carrying(ann, "to_server", "follow me");
  const { seq: answer } = sent.links.find(({ relation }) => relation === "acknowledgement");

  await ann.choose(sent.seq);
  const link = ann.record.getByRole("link", { name: `acknowledged by record ${answer}` });
  await link.focus();
  await ann.page.keyboard.press("Enter");
  await ann.record.getByRole("heading", { name: `Record ${answer}`, exact: true }).waitFor();
  await ann.records.locator(`[data-seq="${answer}"][aria-selected="true"]`).waitFor();
  await eventually(
    () => ann.page.evaluate(() => document.activeElement?.id === "record-title"),
    "the focus on the record that the link led to",
  );
  await ann.page.goBack();
  await ann.record.getByRole("heading", { name: `Record ${sent.seq}`, exact: true }).waitFor();

  const [{ id }] = sent.chat;
  await ann.record.getByText(`Chat message ${id}: sent to the server`).waitFor();
  await ann.button(`Trace message ${id}`).click();
  await ann.button("Show in the list").click();
  assert.equal(await box(ann).inputValue(), `chat.id == ${id}`);
  await lists(ann, `chat.id == ${id}`);
  const roles = (await ann.captured(encodeURIComponent(`chat.id == ${id}`))).map(({ chat }) => chat[0].role);
  assert.deepEqual(roles.toSorted(), ["acknowledged", "delivered", "delivered", "sent"]);

  // A record that the filter leaves out opens all the same.
  const handshake = (await ann.captured()).find(({ http }) => http?.status === 101);
  const { hash } = new URL(ann.page.url());
  await ann.page.goto(`/${hash.replace(/record=\d+/, `record=${handshake.seq}`)}`);
  await ann.record.getByText("Step 2 of 6 from polling to WebSocket").waitFor();
  await ann.record.getByText("not in this list").waitFor();

  // The first Escape closes the help, the second the record.
  const help = ann.page.getByRole("dialog", { name: "What a filter can say" });
  await ann.button("What a filter can say").click();
  await help.waitFor();
  await ann.page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
  assert.equal(await ann.record.count(), 1);
  await ann.page.keyboard.press("Escape");
  await ann.record.waitFor({ state: "detached" });

  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("on a phone, tracing a message leads back to the list", async () => {
  const ann = await Visitor.open(browser, server, { viewport: PHONE });
  await ann.say("on the way");
  await ann.hears("on the way");
  const sent = await carrying(ann, "to_server", "on the way");
  await ann.page.getByRole("tab", { name: "Your wire" }).click();
  await ann.choose(sent.seq);
  await ann.button(`Trace message ${sent.chat[0].id}`).click();
  await ann.button("Show in the list").click();
  await ann.record.waitFor({ state: "detached" });
  await lists(ann, `chat.id == ${sent.chat[0].id}`);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("a filter is asked for on Enter and after a pause, joined to Mine, and cleared", async () => {
  const [ann, bob] = [await Visitor.open(browser, server), await Visitor.open(browser, server)];
  await bob.say("not by ann");
  await ann.hears("not by ann");

  await box(ann).fill("ws.opcode == text or eio.type == open");
  await box(ann).press("Enter");
  await lists(ann, "mine and (ws.opcode == text or eio.type == open)");

  await box(ann).fill("http.status == 101");
  await lists(ann, "mine and (http.status == 101)");
  await ann.page.getByRole("radio", { name: "Everyone" }).check({ force: true });
  await lists(ann, "http.status == 101");

  await box(ann).fill('text ~ "never said"');
  await ann.page.getByText('No record passes text ~ "never said" so far.').waitFor();
  await ann.button("Clear the filter").click();
  await lists(ann, "");
  assert.ok(await box(ann).evaluate((element) => element === document.activeElement));

  await ann.button("What a filter can say").click();
  await ann.page.getByText(/All \d+ fields/).waitFor();
  assert.deepEqual(await ann.barriers(), [], "the help");
  await ann.button("ws.opcode == close").click();
  assert.equal(await box(ann).inputValue(), "ws.opcode == close");
  await ann.page.getByText("No record passes ws.opcode == close so far.").waitFor();

  assert.deepEqual([...ann.problems, ...bob.problems], []);
  await ann.leave();
  await bob.leave();
});

test("a text that is no filter is answered in words, with the place marked, and the list goes on", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.say("keep me");
  await ann.hears("keep me");
  const refusals = () => ann.problems.splice(0).filter((problem) => !problem.includes("400"));
  const marked = ann.page.locator("#filter-mistake mark");

  // A character beyond the Basic Multilingual Plane is one to the server, and two to JavaScript.
  await box(ann).fill('text ~ "𝔤𝔩𝔞𝔰𝔰" and ws.opcod == close');
  await box(ann).press("Enter");
  await ann.page.getByText("is no field; did you mean ws.opcode?").waitFor();
  assert.equal(await marked.innerText(), "ws.opcod");
  assert.equal(await box(ann).getAttribute("aria-invalid"), "true");
  assert.deepEqual(await ann.barriers(), []);
  assert.ok((await ann.rows()).some(({ text }) => text.includes("keep me")));

  // What would be well-formed only by the brackets that join it to Mine is none either.
  await box(ann).fill("ws.fin) or (ws.masked");
  await eventually(async () => (await marked.innerText()) === ")", "the bracket marked");

  await box(ann).fill("");
  await marked.waitFor({ state: "detached" });
  assert.deepEqual(refusals(), []);
  await ann.leave();
});

test("a fragmented message shows its buffers, and fields and bytes light each other up in each", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.page.getByRole("radio", { name: "Everyone" }).check({ force: true });
  const line = await Line.open(server.webSocketUrl("/ws/echo"));
  const text = `Hello, ${"glass ".repeat(2_000)}!`;
  line.send("Hello, ", { fin: false });
  line.send(text.slice(7));
  await line.messages.find((message) => message === text);
  const last = await eventually(async () => {
    const frames = await ann.captured(encodeURIComponent("ws.fragment == 2 and direction == to_server"));
    return frames[0];
  }, "the last fragment");

  await ann.choose(last.seq);
  await ann.record.getByText("frame 2 and the last of its message").waitFor();
  const choices = ann.record.getByRole("group", { name: "Which bytes" });
  assert.deepEqual(await choices.locator("label").allInnerTexts(), ["On the wire", "Unmasked", "Message"]);
  const bytes = ann.record.getByRole("grid", { name: "Bytes" });
  const beginning = async (count) => {
    const digits = (await bytes.getByRole("gridcell").allInnerTexts()).slice(0, count).join("");
    return Buffer.from(digits, "hex").toString();
  };

  // From the field to its buffer, and from a byte there back to the field.
  const tree = ann.record.getByRole("tree", { name: "Fields" });
  await tree.getByRole("treeitem", { name: /^Application data/ }).last().click();
  assert.ok(await choices.getByRole("radio", { name: "Message" }).isChecked());
  assert.equal(await beginning(13), "Hello, glass ");
  await bytes.locator("#byte-0.lit").waitFor();
  await ann.record.getByText(`Message: bytes 0 to ${text.length - 1}`).waitFor();
  await choices.getByRole("radio", { name: "Unmasked" }).check({ force: true });
  assert.equal(await beginning(6), "glass ");
  await bytes.locator("#byte-1").click();
  await ann.record.getByText(`Unmasked: bytes 0 to ${text.length - 8}`).waitFor();

  // All of a long one is in reach, and only what is in view is drawn.
  assert.ok((await bytes.getByRole("gridcell").count()) < 2_000);
  await choices.getByRole("radio", { name: "Message" }).check({ force: true });
  await bytes.evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
  await bytes.locator(`#byte-${text.length - 1}`).click();
  assert.equal(await bytes.locator('[aria-selected="true"]').innerText(), "21");
  assert.deepEqual(await ann.barriers(), []);

  // To the first frame of the message, and from there to the last.
  await ann.record.getByRole("link", { name: "the first frame of this message" }).click();
  await ann.record.getByRole("link", { name: `the message ends in record ${last.seq}` }).click();
  await ann.record.getByRole("heading", { name: `Record ${last.seq}`, exact: true }).waitFor();

  line.socket.close(1000);
  await line.end();
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

// A record on paper.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";
import { Line } from "../support/websocket.js";

test("an open record is printed alone and whole, and long ones say what is left out", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.say("on paper");
  await ann.hears("on paper");
  const sent = await eventually(async () => {
    const records = await ann.captured();
    return records.find(({ direction, text }) => direction === "to_server" && text?.includes("on paper"));
  }, "the frame");
  await ann.openRecord(sent.seq);
  const sheet = ann.page.locator(".printed");
  const mark = ann.conversation.locator(".message.is-carried", { hasText: "on paper" });
  await mark.waitFor();
  assert.equal(await sheet.count(), 0, "there is nothing for paper on the screen");

  await ann.page.emulateMedia({ media: "print" });
  await sheet.waitFor();
  const visible = await ann.page.evaluate(() =>
    Array.from(document.body.children, (child) => child.checkVisibility() && child.className).filter(Boolean),
  );
  assert.deepEqual(visible, ["printed"]);
  const text = (await sheet.innerText()).replaceAll(/\s+/g, " ");
  for (const part of [
    `Record ${sent.seq}`,
    "EVENT send_message",
    "The frame, bit by bit",
    "fits into 7 bits",
    "⊕ masking key",
    "Its bytes by layer",
    "Masking key",
    "Socket.IO packet type",
    `On the wire: ${sent.length} bytes`,
    `Unmasked: ${sent.websocket.payload_length} bytes`,
    `${server.url}/#record=${sent.seq}`,
  ]) {
    assert.ok(text.includes(part), `“${part}” is not printed: ${text}`);
  }
  const { bytes } = await (await ann.page.request.get(`/inspector/records/${sent.seq}`)).json();
  const rows = await sheet.locator("pre.printed-bytes").first().innerText();
  const digits = rows.replaceAll(/^\S+ {2}(.{47}).*$/gm, "$1");
  assert.equal(digits.replaceAll(/\s/g, ""), bytes.wire);

  // The screen is as it was, the bubble's mark among it; and the browser's own printing does the same.
  await ann.page.emulateMedia({ media: null });
  await sheet.waitFor({ state: "detached" });
  await mark.waitFor();
  const paper = (await ann.page.pdf({ format: "A4" })).toString("latin1");
  assert.ok(paper.match(/\/Type\s*\/Page\b/g).length >= 2);
  await sheet.waitFor({ state: "detached" });
  await mark.waitFor();

  const line = await Line.open(server.webSocketUrl("/ws/echo"));
  line.send("long ".repeat(2_000));
  const long = await eventually(async () => {
    const found = await ann.captured(encodeURIComponent("length > 9000 and direction == to_server"));
    return found[0];
  }, "the long frame");
  await ann.openRecord(long.seq);
  await ann.page.emulateMedia({ media: "print" });
  await sheet.getByText(`${(long.length - 4_096).toLocaleString("en")} more bytes are left out here.`).waitFor();

  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

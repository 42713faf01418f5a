// Takes the README's pictures: the page, light and dark, with the traffic of a real conversation.

import { fileURLToPath } from "node:url";
import { Visitor, launch } from "../support/browser.js";
import { eventually } from "../support/inbox.js";
import { start } from "../support/server.js";

const CONVERSATION = [
  ["quiet heron", "Is this thing on?"],
  ["merry otter", "It is, and I can see every byte of it."],
  ["quiet heron", "Even this one: ✓"],
  ["merry otter", "Three bytes, UTF-8, masked with a key of four. Look at your wire."],
];

/** High enough for the list, the bits, the fields and the bytes. */
const viewport = { width: 1280, height: 1120 };

const browser = await launch();
for (const [colorScheme, name] of [["light", "screenshot"], ["dark", "screenshot-dark"]]) {
  const server = await start();
  const heron = await Visitor.open(browser, server, { colorScheme, viewport });
  const otter = await Visitor.open(browser, server);
  const visitors = { "quiet heron": heron, "merry otter": otter };
  for (const [handle, visitor] of Object.entries(visitors)) await visitor.isCalled(handle);
  for (const [handle, text] of CONVERSATION) {
    await visitors[handle].say(text);
    for (const visitor of Object.values(visitors)) await visitor.hears(text);
  }
  const frame = await eventually(async () => {
    const records = await heron.captured();
    return records.find(({ text, direction }) => direction === "to_server" && text?.includes("✓"));
  }, "the frame to show");
  await heron.choose(frame.seq);
  const { page, record } = heron;
  await record.locator("figure").getByRole("button", { name: "Masking key" }).first().click();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({
    path: fileURLToPath(new URL(`../../docs/${name}.png`, import.meta.url)),
    animations: "disabled",
    caret: "hide",
  });
  await server.kill();
}
await browser.close();

// Takes the pictures in docs/: each view of the page, with the traffic of a real conversation.

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
const HIGH = { width: 1280, height: 1120 };
const DESKTOP = { width: 1280, height: 800 };

/** Two people, and what they said: over Socket.IO, and then one of them by polling, too. */
async function conversation(server, options) {
  const heron = await Visitor.named("quiet heron", browser, server, options);
  const otter = await Visitor.named("merry otter", browser, server);
  const visitors = { "quiet heron": heron, "merry otter": otter };
  for (const [handle, text] of CONVERSATION) {
    await visitors[handle].say(text);
    for (const visitor of Object.values(visitors)) await visitor.hears(text);
  }
  return heron;
}

/** The number of the first record of one's own that is like this. */
function find(visitor, matches, what) {
  return eventually(async () => (await visitor.captured()).find(matches)?.seq, what);
}

const carriesTick = ({ text, direction, chat }) => chat && direction === "to_server" && text?.includes("✓");

async function picture({ page }, name, viewport) {
  await page.setViewportSize(viewport);
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.screenshot({
    path: fileURLToPath(new URL(`../../docs/${name}.png`, import.meta.url)),
    animations: "disabled",
    caret: "hide",
  });
}

const browser = await launch();

// The README's first picture, light and dark.
for (const [colorScheme, name] of [["light", "screenshot"], ["dark", "screenshot-dark"]]) {
  const server = await start();
  const heron = await conversation(server, { colorScheme, viewport: HIGH });
  await heron.choose(await find(heron, carriesTick, "the frame to show"));
  await heron.record.locator("figure").getByRole("button", { name: "Masking key" }).first().click();
  await picture(heron, name, HIGH);
  await server.kill();
}

// The other views, of one capture.
const server = await start();
const heron = await conversation(server, { viewport: DESKTOP });
const frame = await find(heron, carriesTick, "the frame to show");
const answer = await find(heron, ({ http }) => http?.status === 101, "the handshake's answer");

await heron.page.getByRole("radio", { name: "Ladder", exact: true }).check({ force: true });
await heron.page.getByText(/upgraded after/).first().waitFor();
await picture(heron, "ladder", DESKTOP);

for (const [name, way, words] of [
  ["patient newt", "Long polling", "By a poll that waits"],
  ["steady wren", "Server-sent events", "By an event stream"],
]) {
  const other = await Visitor.named(name, browser, server);
  await other.talkOver(way);
  await other.say(words);
  await heron.hears(words);
}
const last = await find(heron, ({ text, chat }) => chat && text?.includes("event stream"), "the last words");
const { chat: [{ id: message }] } = (await heron.captured()).find(({ seq }) => seq === last);

const { page } = heron;
async function show(path, hash) {
  await page.goto("about:blank");
  await page.goto(`${path}#${hash}`);
}

await show("/inspect", `view=trace&message=${message}`);
await page.getByText(/deliveries/).first().waitFor();
await picture(heron, "trace", DESKTOP);

await show("/inspect", "view=connections");
await page.getByText(/upgraded after/).first().waitFor();
await picture(heron, "connections", DESKTOP);

const part = (name) => heron.record.getByRole("tab", { name, exact: true });
for (const [seq, name, file] of [
  [frame, "Layers", "layers"],
  [frame, "Length and mask", "masking"],
  [answer, "Handshake", "handshake"],
]) {
  await show("/inspect", `record=${seq}`);
  await part(name).click();
  await picture(heron, file, HIGH);
}
await server.kill();
await browser.close();

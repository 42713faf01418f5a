// The HAR export, in the network panel of a real Chromium.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../support/browser.js";
import { eventually } from "../support/inbox.js";
import { start } from "../support/server.js";
import { Line } from "../support/websocket.js";

/** Chromium's own developer tools, opened as a page. */
const DEVTOOLS = "devtools://devtools/bundled/devtools_app.html";

let server;
let browser;
let folder;

before(async () => {
  [server, browser] = await Promise.all([start(), launch()]);
  folder = await mkdtemp(join(tmpdir(), "wireglass-"));
});
after(async () => {
  await browser?.close();
  await server?.kill();
  await rm(folder, { recursive: true, force: true });
});

/** Saves the export, and opens it as a person does. */
async function imported() {
  const file = join(folder, "capture.har");
  const har = await fetch(`${server.url}/inspector/export.har`);
  await writeFile(file, await har.text());
  const page = await browser.newPage();
  await page.goto(DEVTOOLS);
  await page.getByRole("tab", { name: "Network", exact: true }).click();
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import HAR" }).first().click();
  await (await choosing).setFiles(file);
  return page;
}

test("it lists the requests, and a WebSocket's messages", async () => {
  assert.equal((await fetch(`${server.url}/nowhere`)).status, 404);
  const line = await Line.open(server.webSocketUrl("/ws/echo"));
  line.socket.send("grüße");
  line.socket.send(Buffer.from([0, 255]));
  line.socket.close(1000);
  await new Promise((resolve) => line.socket.once("close", resolve));

  const page = await imported();
  const name = (text) => page.locator("td.name-column", { hasText: text });
  const row = (text) => page.locator("tr", { has: name(text) });
  await row("nowhere").getByText("404").waitFor();
  await row("echo").getByText("websocket").waitFor();
  await name("echo").click();
  await page.getByRole("tab", { name: "Messages" }).click();
  const data = page.locator("td.data-column");
  await eventually(async () => (await data.count()) >= 4, "four messages");
  // Chromium's versions do not agree on the capital letters of its own words.
  const texts = (await data.allTextContents()).map((text) => text.toLowerCase()).toSorted();
  assert.deepEqual(texts, ["binary message", "binary message", "grüße", "grüße"]);
});

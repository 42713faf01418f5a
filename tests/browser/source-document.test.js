// The source document's snippets, word for word, in a bare page with the official client.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { launch } from "../support/browser.js";
import { start } from "../support/server.js";

const HTML = await readFile(new URL("source-document.html", import.meta.url), "utf8");

let server;
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  server = await start();
});
afterEach(() => server.kill());

/** The page, as if the server had it among its own. */
async function open() {
  const page = await browser.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.route("**/source-document.html", (route) => route.fulfill({ contentType: "text/html", body: HTML }));
  await page.goto(`${server.url}/source-document.html`);
  await page.locator("body[data-connected]").waitFor();
  return { page, problems };
}

async function say({ page }, handle, message) {
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Message").fill(message);
  await page.getByRole("button", { name: "Send" }).click();
}

test("two such pages chat", async () => {
  const [ann, bob] = [await open(), await open()];
  await say(ann, "ann", "hello <b>bob</b>");
  await bob.page.getByText("ann: hello <b>bob</b>", { exact: true }).waitFor();
  await say(bob, "bob", "hello ann");
  for (const { page, problems } of [ann, bob]) {
    await page.getByText("bob: hello ann", { exact: true }).waitFor();
    const heard = await page.locator("li").allInnerTexts();
    assert.deepEqual(heard, ["ann: hello <b>bob</b>", "bob: hello ann"]);
    assert.deepEqual(problems, []);
  }
});

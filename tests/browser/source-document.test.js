// The source document's snippets, word for word, in a bare page with the official client.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { browser, server } from "../support/each-test.js";

const HTML = await readFile(new URL("source-document.html", import.meta.url), "utf8");

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

// Writing a filter: what is suggested, by keyboard and mouse; filters that are kept; and the browser's Back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";

const box = ({ page }) => page.getByRole("combobox", { name: "Filter" });
const list = ({ page }) => page.getByRole("listbox", { name: "Suggestions" });
const chosen = (visitor) => list(visitor).getByRole("option", { selected: true });

/** Waits until a filter is asked for, which its place in the address says. */
function asks(visitor, filter) {
  return eventually(async () => {
    const { hash } = new URL(visitor.page.url());
    return (new URLSearchParams(hash.slice(1)).get("filter") ?? "") === filter;
  }, `${filter || "no filter"} in the address`);
}

test("a filter is written with the keyboard alone, from suggestions that say what they are", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.say("hello");
  await ann.hears("hello");
  const { keyboard } = ann.page;

  await box(ann).focus();
  assert.equal(await list(ann).count(), 0, "a list that nobody asked for");
  await keyboard.type("ws.op");
  await list(ann).getByRole("option", { name: "ws.opcode the opcode; from 8 on, control frames" }).waitFor();
  assert.equal(await box(ann).getAttribute("aria-expanded"), "true");
  assert.equal(await box(ann).getAttribute("aria-controls"), await list(ann).getAttribute("id"));
  assert.deepEqual(await ann.barriers(), [], "with the list open");

  // Tab takes the first, of a word that is begun; arrows and Enter take any.
  await keyboard.press("Tab");
  assert.equal(await box(ann).inputValue(), "ws.opcode ");
  await ann.page.locator(".completion-field", { hasText: "control frames; one of its words" }).waitFor();
  await keyboard.press("ArrowDown");
  assert.match(await chosen(ann).innerText(), /^==\s+is equal to$/);
  assert.equal(await box(ann).getAttribute("aria-activedescendant"), await chosen(ann).getAttribute("id"));
  await keyboard.press("Enter");
  await keyboard.press("ArrowUp");
  assert.match(await chosen(ann).innerText(), /^reserved/);
  await keyboard.press("ArrowUp");
  await keyboard.press("ArrowUp");
  await keyboard.press("ArrowUp");
  assert.match(await chosen(ann).innerText(), /^close/);
  await keyboard.type("te");
  await list(ann).getByRole("option", { name: /^text in \d+ of the newest records$/ }).waitFor();
  await keyboard.press("Tab");
  assert.deepEqual(await list(ann).locator("code").allInnerTexts(), ["and", "or"]);
  await keyboard.press("Enter");
  await list(ann).waitFor({ state: "detached" });
  await asks(ann, "ws.opcode == text");

  // What the page has seen is suggested, and a click takes it; the caret may be anywhere.
  await keyboard.type("and sio.event == ");
  await list(ann).getByRole("option", { name: /^"send_message"/ }).click();
  assert.equal(await box(ann).inputValue(), 'ws.opcode == text and sio.event == "send_message" ');
  await box(ann).evaluate((input) => input.setSelectionRange(5, 5));
  await keyboard.press("ArrowRight");
  await list(ann).getByRole("option", { name: /^ws\.opcode/ }).waitFor();

  // The first Escape closes the list, and only the next the record.
  await keyboard.press("Enter");
  await asks(ann, 'ws.opcode == text and sio.event == "send_message"');
  await ann.records.locator("[data-seq]").first().click();
  await ann.record.waitFor();
  await box(ann).fill("dire");
  await list(ann).waitFor();
  await keyboard.press("Escape");
  await list(ann).waitFor({ state: "detached" });
  assert.equal(await ann.record.count(), 1);
  await keyboard.press("Escape");
  await ann.record.waitFor({ state: "detached" });
  assert.deepEqual(ann.problems.filter((problem) => !problem.includes("400")), []);
  await ann.leave();
});

test("a mistake is not told where somebody still writes, but as soon as the list is closed", async () => {
  const ann = await Visitor.open(browser, server);
  const mistake = ann.page.locator("#filter-mistake mark");
  const begun = "length > 4 and dire";
  const judged = ann.page.waitForResponse((response) => new URL(response.url()).searchParams.get("filter") === begun);
  await box(ann).pressSequentially(begun);
  await list(ann).waitFor();
  assert.equal((await judged).status(), 400);
  assert.equal(await mistake.count(), 0);
  await ann.page.keyboard.press("Escape");
  assert.equal(await mistake.innerText(), "dire");
  // What is wrong further in front is told at once.
  await box(ann).fill("lenght > 4 and dire");
  await list(ann).waitFor();
  await eventually(async () => (await mistake.innerText()) === "lenght", "the first field marked");

  // What the server does not judge is not asked for.
  await ann.page.route("**/inspector/records?*", (route) => route.fulfill({ status: 503 }));
  await box(ann).fill("length > 4");
  await box(ann).press("Enter");
  await ann.page.getByText("The server answered 503. The filter waits.").waitFor();
  await ann.page.unroute("**/inspector/records?*");
  await box(ann).press("Enter");
  await asks(ann, "length > 4");
  await ann.leave();
});

test("filters are kept under names, the last ones without; Back and Forward lead through them", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.say("hello");
  await ann.hears("hello");
  const open = async () => ann.menu("Saved filters");
  const take = async (menu, name) => menu.getByRole("button", { name }).click();

  await box(ann).fill("ws.fin");
  await box(ann).press("Enter");
  await asks(ann, "ws.fin");
  await box(ann).fill("kind == frame");
  await box(ann).press("Enter");
  await asks(ann, "kind == frame");
  let menu = await open();
  await menu.getByRole("textbox", { name: "Save kind == frame as" }).fill("<b>Frames</b>");
  await menu.getByRole("button", { name: "Save" }).click();
  await menu.getByRole("list", { name: "Saved filters" }).getByText("<b>Frames</b>").waitFor();
  assert.deepEqual(await menu.getByRole("list", { name: "Recent filters" }).allInnerTexts(), ["ws.fin"]);
  assert.deepEqual(await ann.barriers(), [], "with the menu open");
  await take(menu, "ws.fin");
  await asks(ann, "ws.fin");

  // They outlive the page.
  await ann.page.reload();
  await ann.connected();
  assert.equal(await box(ann).inputValue(), "ws.fin");
  menu = await open();
  await menu.getByRole("button", { name: "Rename <b>Frames</b>" }).click();
  await menu.getByRole("textbox", { name: "New name of <b>Frames</b>" }).fill("All frames");
  await ann.page.keyboard.press("Enter");
  await take(menu, "All frames kind == frame");
  await asks(ann, "kind == frame");
  menu = await open();
  await menu.getByRole("button", { name: "Delete All frames" }).click();
  await menu.getByRole("list", { name: "Saved filters" }).waitFor({ state: "detached" });
  assert.ok(await menu.evaluate((element) => element.contains(document.activeElement)), "the focus stays in the menu");
  await ann.page.keyboard.press("Escape");

  await ann.page.goBack();
  await asks(ann, "ws.fin");
  await eventually(async () => (await box(ann).inputValue()) === "ws.fin", "the filter before");
  await ann.page.goForward();
  await eventually(async () => (await box(ann).inputValue()) === "kind == frame", "the filter after");
  assert.deepEqual(ann.problems, []);

  // A link can bring what is no filter: it is told, and the list goes on.
  await ann.page.goto("/#filter=kind+%3D%3D+frme");
  await ann.page.getByText("frme", { exact: true }).and(ann.page.locator("mark")).waitFor();
  assert.ok(await ann.records.locator("[data-seq]").count());
  await ann.leave();
});

test("where storage is off, filters are kept as long as the page is", async () => {
  const context = await browser.newContext({ baseURL: server.url });
  await context.addInitScript(() => {
    Object.defineProperty(globalThis, "localStorage", {
      get() {
        throw new DOMException("off", "SecurityError");
      },
    });
  });
  const ann = new Visitor(await context.newPage());
  await ann.page.goto("/#filter=ws.fin");
  await ann.connected();
  const menu = await ann.menu("Saved filters");
  await menu.getByRole("textbox", { name: "Save ws.fin as" }).fill("whole");
  await menu.getByRole("button", { name: "Save" }).click();
  await menu.getByRole("button", { name: "whole ws.fin" }).waitFor();
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

// What holds on every page and in every view: keys, sizes, contrasts, and how much there is to fetch.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Visitor } from "../support/browser.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";

const MOST_SCRIPT = 150_000;

/** The inspector's page, opened after somebody has chatted. */
async function inspector(options) {
  const ann = await Visitor.open(browser, server);
  await ann.say("look at me");
  await ann.hears("look at me");
  const context = await browser.newContext({ baseURL: server.url, ...options });
  const visitor = new Visitor(await context.newPage());
  await visitor.page.goto("/inspect");
  await eventually(async () => {
    return (await visitor.records.count()) && (await visitor.rows()).some(({ text }) => text.includes("look at me"));
  }, "everyone's records");
  return { ann, visitor };
}

test("the inspector has a page of its own, which shows everyone's records and loads nothing of the chat", async () => {
  const ann = await Visitor.open(browser, server);
  const asked = [];
  ann.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await ann.page.getByRole("link", { name: "Inspector" }).click();
  await ann.records.waitFor();
  assert.ok(await ann.page.getByRole("radio", { name: "Everyone" }).isChecked());
  assert.deepEqual(asked.filter((path) => path.includes("/chat/") || path.startsWith("/socket.io/")), []);

  // What the chat said before is there; from here on nobody makes traffic, so there is none but this page.
  assert.ok((await ann.rows()).some(({ text }) => text.includes("GET /inspect")));
  await ann.page.getByRole("link", { name: "Chat", exact: true }).click();
  await ann.connected();
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("the keys are listed, work where nobody types, and can be switched off", async () => {
  const ann = await Visitor.open(browser, server);
  const { keyboard } = ann.page;
  const dialog = ann.page.getByRole("dialog", { name: "Keys" });
  const view = (name) => ann.page.getByRole("radio", { name, exact: true });

  await ann.message.fill("is it ");
  await keyboard.press("End");
  await keyboard.type("2?");
  assert.equal(await ann.message.inputValue(), "is it 2?");
  assert.ok(await view("List").isChecked());

  await ann.button("Keys").focus();
  await keyboard.press("2");
  await eventually(() => view("Ladder").isChecked(), "the ladder");
  await keyboard.press("1");
  await eventually(() => view("List").isChecked(), "the list");
  await keyboard.press("/");
  await eventually(() => ann.page.evaluate(() => document.activeElement?.id === "filter"), "the filter");

  await ann.button("Keys").focus();
  await keyboard.press("?");
  await dialog.waitFor();
  assert.deepEqual(await ann.barriers(), []);
  await dialog.getByRole("checkbox", { name: "Single keys, wherever the focus is" }).uncheck();
  await keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await ann.button("Keys").focus();
  await keyboard.press("2");
  await keyboard.press("?");
  assert.ok(await view("List").isChecked());
  assert.ok(await dialog.isHidden());

  // Escape closes the dialog first, and then the record.
  const [{ seq }] = await ann.captured();
  await ann.openRecord(seq);
  await ann.button("Keys").click();
  await dialog.waitFor();
  await keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await ann.record.count(), 1);
  assert.deepEqual(ann.problems, []);
  await ann.leave();
});

test("Back and a link lead to the view, the filter and the record that were", async () => {
  const { ann, visitor } = await inspector();
  const { page } = visitor;
  const [frame] = await visitor.captured(encodeURIComponent('sio.event == "send_message"'));
  await page.goto(`/inspect#filter=${encodeURIComponent("ws.opcode == text")}&record=${frame.seq}`);
  await visitor.record.getByRole("heading", { name: `Record ${frame.seq}`, exact: true }).waitFor();
  const filter = page.locator("#filter");
  assert.equal(await filter.inputValue(), "ws.opcode == text");

  await page.getByRole("radio", { name: "Connections" }).check({ force: true });
  await page.waitForURL(/view=connections/);
  await eventually(async () => (await page.title()).startsWith(`Record ${frame.seq} · Connections`), "the title");
  await page.goBack();
  await page.waitForURL((url) => !url.hash.includes("view="));
  await eventually(() => page.getByRole("radio", { name: "List" }).isChecked(), "the list again");
  assert.equal(await filter.inputValue(), "ws.opcode == text");
  assert.equal(await visitor.record.count(), 1);

  // A bad filter in a link is told as if it had been typed.
  await page.goto("/inspect#filter=no.such%20%3D%3D%201");
  await page.getByText("is no field").waitFor();
  assert.equal(await filter.inputValue(), "no.such == 1");
  assert.deepEqual(visitor.problems.filter((problem) => !problem.includes("400")), []);
  await ann.leave();
  await visitor.leave();
});

test("each page begins with less than 150 kB of its own script", async () => {
  for (const path of ["/", "/inspect"]) {
    const context = await browser.newContext({ baseURL: server.url });
    const visitor = new Visitor(await context.newPage());
    const own = [];
    visitor.page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      const isOwn = pathname.startsWith("/inspector/assets/") && !pathname.includes("/vendor/");
      if (isOwn && pathname.endsWith(".js")) own.push(response.body());
    });
    await visitor.page.goto(path);
    await (path === "/" ? visitor.connected() : visitor.records.waitFor());
    await visitor.page.locator(".records [data-seq]").first().waitFor();
    const scripts = await Promise.all(own);
    const bytes = scripts.reduce((sum, script) => sum + gzipSync(script).length, 0);
    assert.ok(scripts.length > 20, `${path} fetched ${scripts.length} scripts`);
    assert.ok(bytes < MOST_SCRIPT, `${path} begins with ${bytes} bytes of script after gzip`);
    await context.close();
  }
});

/** What is looked at, by its address, and what has to be there then. */
const VIEWS = {
  "view=list": ".records [data-seq]",
  "view=ladder": ".ladder .arrow",
  "view=connections": ".conns-table [data-key]",
  "view=trace&message=1": ".trace-table",
};
/** Sizes, and where colours or roles may differ also what axe says. */
const SETTINGS = {
  "320 pixels wide": { axe: true, viewport: { width: 320, height: 640 } },
  "at 200 %": { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  "dark, with more contrast": { axe: true, colorScheme: "dark", contrast: "more" },
  "forced colours": { axe: true, forcedColors: "active" },
  "for a projector": { projector: true },
};

for (const [name, { axe = false, projector = false, ...options }] of Object.entries(SETTINGS)) {
  test(`every view is in reach: ${name}`, async () => {
    const { ann, visitor } = await inspector(options);
    const { page } = visitor;
    if (projector) await page.evaluate(() => localStorage.setItem("wireglass.projector", "on"));
    const [frame] = await visitor.captured(encodeURIComponent('sio.event == "send_message"'));
    for (const [view, there] of Object.entries({ ...VIEWS, [`record=${frame.seq}`]: ".record-body" })) {
      await page.goto("about:blank");
      await page.goto(`/inspect#${view}`);
      await page.locator(there).first().waitFor();
      if (axe) assert.deepEqual(await visitor.barriers(), [], view);
      const beyond = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      assert.equal(beyond, 0, `${view} is no wider than the page`);
    }
    assert.deepEqual(visitor.problems, []);
    await ann.leave();
    await visitor.leave();
  });
}

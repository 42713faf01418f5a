// Real pages in the system's Chromium.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { eventually } from "./inbox.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** The ways to talk to the server, by the label that the page gives them, and what then carries the chat. */
export const WAYS = {
  "Short polling": "short polling",
  "Long polling": "long polling",
  "Server-sent events": "server-sent events",
  WebSocket: "raw WebSocket",
  "Socket.IO": "WebSocket",
  "Socket.IO, polling only": "HTTP long polling",
  "Socket.IO, WebSocket only": "WebSocket",
};

/** Starts Chromium; it looks nothing up by itself. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.WIREGLASS_CHROMIUM ?? installed(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

function installed() {
  for (const name of NAMES) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // The next name, then.
    }
  }
  throw new Error(`no Chromium in the PATH (${NAMES.join(", ")}): name one in WIREGLASS_CHROMIUM`);
}

/** Somebody at a browser of their own, with the page open. */
export class Visitor {
  constructor(page) {
    this.page = page;
    /** Errors in the console, violations of the Content-Security-Policy among them, and dialogs. */
    this.problems = [];
    page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(message.text());
    });
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("dialog", (dialog) => {
      this.problems.push(`a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    this.message = page.getByRole("textbox", { name: "Message" });
    this.handle = page.getByRole("textbox", { name: "Handle" });
    this.conversation = page.getByRole("log", { name: "Conversation" });
    this.settled = this.conversation.locator(".message:not(.pending)");
    this.records = page.getByRole("grid", { name: "Records" });
    this.record = page.getByRole("region", { name: "Record", exact: true });
    this.transport = page.getByLabel("Transport in use: WebSocket", { exact: true });
  }

  /** Opens the page in a browser context of its own, and waits for the upgrade to WebSocket. */
  static async open(browser, server, { path = "/", ...options } = {}) {
    const context = await browser.newContext({ baseURL: server.url, viewport: DESKTOP, ...options });
    const visitor = new Visitor(await context.newPage());
    await visitor.page.goto(path);
    await visitor.connected();
    return visitor;
  }

  /** The same, under a name that the others know. */
  static async named(handle, browser, server, options) {
    const visitor = await Visitor.open(browser, server, options);
    await visitor.isCalled(handle);
    return visitor;
  }

  async connected() {
    await this.transport.waitFor({ state: "attached" });
  }

  async say(text) {
    await this.message.fill(text);
    await this.page.getByRole("button", { name: "Send" }).click();
  }

  /** Waits until somebody's words stand in the conversation, back from the server. */
  async hears(text) {
    await this.settled.getByText(text, { exact: true }).first().waitFor();
  }

  /** Takes a name, and waits until the server has told it. */
  async isCalled(handle) {
    await this.handle.fill(handle);
    await this.handle.press("Tab");
    await this.conversation.getByText(`You are now ${handle}`, { exact: true }).waitFor();
  }

  /** The texts of the conversation, without what is still on its way. */
  texts() {
    return this.settled.locator(".message-text").allInnerTexts();
  }

  /** Chooses another transport, by its label, and waits until it is in use. */
  async talkOver(label) {
    await this.page.getByRole("button", { name: /^Transport: / }).click();
    await this.page.getByRole("radio", { name: label, exact: true }).check();
    await this.page.keyboard.press("Escape");
    await this.page.getByLabel(`Transport in use: ${WAYS[label]}`, { exact: true }).waitFor();
  }

  /** Opens one of the menus above the conversation. */
  async menu(name) {
    await this.page.getByRole("button", { name }).click();
    const menu = this.page.getByRole("dialog", { name });
    await menu.waitFor();
    return menu;
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Records by the inspector's interface, as this browser gets them. */
  async captured(filter = "mine") {
    const answer = await this.page.request.get(`/inspector/records?limit=1000&filter=${filter}`);
    assert.equal(answer.status(), 200);
    return (await answer.json()).records;
  }

  /** The rows of the page's list, all of them: it draws only those in view, so this scrolls through. */
  async rows() {
    const found = await this.records.evaluate(async (grid) => {
      const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const place = grid.scrollTop;
      const rows = new Map();
      grid.scrollTop = 0;
      for (let isEnd = false; !isEnd; grid.scrollTop += grid.clientHeight / 2) {
        await drawn();
        for (const row of grid.querySelectorAll("[data-seq]")) {
          rows.set(Number(row.dataset.seq), row.innerText.replaceAll(/\s+/g, " "));
        }
        isEnd = grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1;
      }
      grid.scrollTop = place;
      return [...rows];
    });
    return found.map(([seq, text]) => ({ seq, text })).sort((one, other) => one.seq - other.seq);
  }

  /** Opens a record by its row, wherever in the list that stands. */
  async choose(seq) {
    const row = this.records.locator(`[data-seq="${seq}"]`);
    const heading = this.record.getByRole("heading", { name: `Record ${seq}`, exact: true });
    await eventually(async () => {
      if (await row.count()) {
        // New records can push it out of view again, and another row can have its element by the time of the click.
        const opened = row.click({ timeout: 1_000 }).then(() => heading.waitFor({ timeout: 2_000 }));
        return opened.then(() => true, () => false);
      }
      return this.records.evaluate((grid) => {
        const isEnd = grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1;
        grid.scrollTop = isEnd ? 0 : grid.scrollTop + grid.clientHeight / 2;
      });
    }, `the row of record ${seq}`);
  }

  /** Opens a record as a link to it does. */
  async openRecord(seq) {
    await this.page.goto(`/#record=${seq}`);
    await this.record.getByRole("heading", { name: `Record ${seq}`, exact: true }).waitFor();
  }

  /** What axe finds wrong, in words. */
  async barriers() {
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate(() => globalThis.axe.run());
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary}`),
    );
  }

  async leave() {
    await this.page.context().close();
  }
}

// One browser for all tests of a file, and a server of its own for each: whoever imports this has both.
//
//     import { browser, server } from "../support/each-test.js";

import { after, afterEach, before, beforeEach } from "node:test";
import { launch } from "./browser.js";
import { start } from "./server.js";

export let browser;
export let server;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  server = await start();
});
afterEach(() => server.kill());

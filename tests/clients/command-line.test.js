// Options, each also by an environment variable, and what is said when they are wrong.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ask } from "../support/http.js";
import { run, start } from "../support/server.js";

describe("a wrong option ends with 2 and says what was wrong", () => {
  for (const [args, words] of [
    [["--lsten", "127.0.0.1:0"], /--lsten/],
    [["--capture-memory", "lots"], /--capture-memory.*64MiB/s],
    [["--capture-memory", "1"], /at least 1MiB/],
    [["--max-connections=-1"], /--max-connections/],
    [["--max-connections-per-address", "many"], /--max-connections-per-address/],
    [["--patience", "0"], /--patience.*1/s],
    [["--rate-limit=-1"], /0 for no limit/],
    [["--rate-burst", "0"], /--rate-burst/],
    [["--max-handle", "0"], /--max-handle/],
    [["--max-message", "much"], /--max-message/],
    [["--max-body", "1"], /at least 1KiB/],
    [["--history-size", "lots"], /64MiB/],
    [["--history-size", "1MiB"], /at least 32MiB/],
    [["--listen"], /--listen/],
    [["surplus"], /surplus/],
  ]) {
    test(args.join(" "), async () => {
      const { code, stdout, stderr } = await run(args);
      assert.equal(code, 2);
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /panicked/);
      assert.equal(stdout, "");
    });
  }

  test("WIREGLASS_CAPTURE_MEMORY", async () => {
    const { code, stderr } = await run([], { WIREGLASS_CAPTURE_MEMORY: "lots" });
    assert.equal(code, 2);
    assert.match(stderr, /64MiB/);
  });
});

describe("what cannot be done ends with 1 and says why", () => {
  test("a port that is taken", async (context) => {
    const server = await start();
    context.after(() => server.kill());
    const { code, stderr } = await run(["--listen", `127.0.0.1:${server.port}`]);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${server.port} is taken`));
    assert.doesNotMatch(stderr, /panicked/);
  });

  for (const [args, words] of [
    [["--listen", "nonsense"], /cannot listen on "nonsense"/],
    [["--listen", "127.0.0.1"], /an address and a port/],
    [["--listen", "127.0.0.1:99999"], /cannot listen/],
    [["--listen", "127.0.0.1:0", "--log", "=nonsense="], /--log/],
  ]) {
    test(args.join(" "), async () => {
      const { code, stderr } = await run(args);
      assert.equal(code, 1);
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /panicked/);
    });
  }
});

describe("where what is said is kept", () => {
  const folder = mkdtempSync(join(tmpdir(), "wireglass-"));
  after(() => rmSync(folder, { recursive: true }));
  const noDatabase = join(folder, "letter");
  writeFileSync(noDatabase, "Dear mother, this is no database, however long it becomes. ".repeat(10));

  for (const [what, database, words] of [
    ["a file that is no database", noDatabase, /letter .*--database :memory:.*is none/s],
    ["a folder", folder, /cannot be kept in/],
    ["below a file", join(noDatabase, "chat.db"), /folder of the database/],
  ]) {
    test(`not in ${what}`, async () => {
      const { code, stdout, stderr } = await run(["--listen", "127.0.0.1:0", "--database", database]);
      assert.equal(code, 1);
      assert.match(stderr, words);
      assert.equal(stdout, "");
    });
  }

  test("by default among the user's data, and after a restart it is there", async () => {
    const environment = { WIREGLASS_DATABASE: undefined, HOME: folder, XDG_DATA_HOME: join(folder, "data") };
    for (const expected of [0, 1]) {
      const server = await start({ environment });
      const answer = await ask(`${server.url}/chat/messages`);
      assert.equal(JSON.parse(answer.body).messages.length, expected);
      const body = JSON.stringify({ handle: "ann", message: "hello" });
      await ask(`${server.url}/chat/messages`, { method: "POST", body });
      await server.end();
      assert.match(server.output.stdout, /kept in .*wireglass/);
    }
  });

  test("in memory where the user's data cannot be written, and that is said", async () => {
    const environment = { WIREGLASS_DATABASE: undefined, HOME: noDatabase, XDG_DATA_HOME: noDatabase };
    const server = await start({ environment });
    await server.end();
    assert.match(server.output.stdout, /kept in memory/);
    assert.match(server.output.stderr, /no history in/);
  });
});

test("WIREGLASS_LISTEN says where to listen", async (context) => {
  const server = await start({ args: [], environment: { WIREGLASS_LISTEN: "127.0.0.1:0" } });
  context.after(() => server.kill());
  assert.notEqual(server.port, 3000);
  const { status, body } = await ask(`${server.url}/healthz`);
  assert.deepEqual([status, body], [200, "ok"]);
});

test("an option is stronger than its variable", async (context) => {
  const server = await start({ environment: { WIREGLASS_LISTEN: "nonsense" } });
  context.after(() => server.kill());
  assert.equal((await ask(`${server.url}/healthz`)).status, 200);
});

test("WIREGLASS_CAPTURE_MEMORY and --capture-memory bound the capture", async (context) => {
  for (const options of [
    { args: ["--listen", "127.0.0.1:0", "--capture-memory", "2MiB"] },
    { environment: { WIREGLASS_CAPTURE_MEMORY: "2MiB" } },
  ]) {
    const server = await start(options);
    context.after(() => server.kill());
    const { body } = await ask(`${server.url}/inspector/records`);
    assert.equal(JSON.parse(body).capture.memory.limit, 2 * 1024 * 1024);
  }
});

test("WIREGLASS_LOG says what to log", async (context) => {
  for (const [level, expected] of [["debug", /request/], ["off", /^$/]]) {
    const server = await start({ environment: { WIREGLASS_LOG: level } });
    context.after(() => server.kill());
    await ask(`${server.url}/healthz`);
    await server.end();
    assert.match(server.output.stderr, expected);
  }
});

test("--help names every option with its variable, --version the version", async () => {
  const help = await run(["--help"]);
  assert.equal(help.code, 0);
  const text = help.stdout.replaceAll(/\s+/g, " ");
  for (const option of ["listen", "capture-memory", "allow-origin", "max-connections", "max-connections-per-address", "patience", "database", "history-size", "max-handle", "max-message", "max-body", "rate-limit", "rate-burst", "open", "log"]) {
    const variable = `WIREGLASS_${option.toUpperCase().replaceAll("-", "_")}`;
    assert.match(text, new RegExp(`--${option} .*\\[env: ${variable}=`));
  }
  for (const [variable, value] of [["MAX_CONNECTIONS", 8192], ["MAX_CONNECTIONS_PER_ADDRESS", 2048], ["PATIENCE", 30], ["HISTORY_SIZE", "64MiB"], ["RATE_BURST", 100], ["MAX_HANDLE", 32], ["MAX_MESSAGE", 2000], ["MAX_BODY", "64KiB"]]) {
    assert.match(text, new RegExp(`\\[env: WIREGLASS_${variable}=\\] \\[default: ${value}\\]`));
  }
  const version = await run(["--version"]);
  assert.equal(version.code, 0);
  assert.match(version.stdout, /^wireglass \d+\.\d+\.\d+/);
});

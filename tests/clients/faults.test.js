// Clients that vanish, fall silent or stop reading, while others talk: they are let go, and nobody else notices.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../support/http.js";
import { eventually } from "../support/inbox.js";
import { Listener, WAYS } from "../support/listener.js";
import { RAW_WAYS, Raw } from "../support/raw.js";
import { start } from "../support/server.js";
import { Speaker } from "../support/speaker.js";
import { assertWhole } from "../support/whole.js";

/** How long those who do nothing wrong talk before anybody does, in milliseconds. */
const CALM = 1_500;

test("clients that vanish leave nothing behind, and nobody else notices", async (context) => {
  const server = await serve(context);
  const company = await Company.gather(context, server.url, 0);
  await sleep(CALM);
  company.calmIsOver();
  for (let wave = 0; wave < 10; wave += 1) {
    const clients = await Promise.all(
      [...RAW_WAYS, ...RAW_WAYS].map((way, index) => {
        return begin(context, server, way, `gone-${wave}-${index}`);
      }),
    );
    await sleep(50);
    for (const [index, { socket }] of clients.entries()) {
      if (index < RAW_WAYS.length) socket.resetAndDestroy();
      else socket.destroy();
    }
  }
  await company.end();
  await nobodyLeft(server.url, "gone");
});

test("clients that never answer a ping are let go, and nobody else notices", async (context) => {
  const server = await serve(context, "--heartbeat", "1");
  const company = await Company.gather(context, server.url, 0);
  await sleep(CALM);
  company.calmIsOver();
  const ways = ["raw WebSocket", "Socket.IO over WebSocket", "Socket.IO over polling"];
  const silent = await Promise.all(ways.map((way) => begin(context, server, way, "silent")));
  for (const client of silent) client.socket.resume();
  for (const client of silent) assert.equal(await letGo(server, client), "no pong", client.way);
  await company.end();
  await nobodyLeft(server.url, "silent");
});

test("clients that stop reading are let go, and nobody else notices", async (context) => {
  const server = await serve(context, "--patience", "2", "--heartbeat", "10", "--capture-memory", "4MiB");
  const newest = await longHistory(server.url);
  const company = await Company.gather(context, server.url, newest);
  await sleep(CALM);
  company.calmIsOver();
  const before = await memory(server, "VmRSS");
  const ways = RAW_WAYS.filter((way) => way !== "long polling");
  const stalled = await Promise.all(
    [1, 2, 3, 4, 5].flatMap((number) => {
      return ways.map((way) => begin(context, server, way, `stalled-${number}`));
    }),
  );
  for (const client of stalled) {
    // A poll brings so little that whoever reads no more asks no more either, and that is silence.
    const reason = client.way === "Socket.IO over polling" ? "no pong" : "reads too slowly";
    assert.equal(await letGo(server, client), reason, client.way);
  }
  const most = await memory(server, "VmHWM");
  console.log(`  memory: ${before} MiB before ${stalled.length} clients stopped reading, at most ${most} MiB`);
  // Each of them asked for the whole history of 10 MB, and Socket.IO sends every text twice: 300 MB in all.
  assert.ok(most - before < 120, `${before} MiB, then ${most} MiB`);
  await company.end();
  for (const client of stalled) {
    if (client.sid) await endOfSession(server.url, client.sid);
    else await client.rest();
  }
  await nobodyLeft(server.url, "stalled");
});

async function serve(context, ...options) {
  const args = ["--listen", "127.0.0.1:0", ...options];
  const server = await start({ args, environment: { WIREGLASS_LOG: "warn,wireglass=info" } });
  context.after(() => server.kill());
  return server;
}

/** Somebody who listens from the first message on, reads nothing, and is gone with the test. */
async function begin(context, server, way, handle) {
  const client = await Raw.begin(way, server.port, { after: 0, handle });
  context.after(() => client.socket.destroy());
  return client;
}

/** Those who do nothing wrong: listeners over all ways, and three who speak. */
class Company {
  #isOver = false;

  static async gather(context, url, after) {
    const company = new Company();
    company.listeners = WAYS.map((way) => new Listener({ way, url, after }));
    context.after(() => Promise.all(company.listeners.map((listener) => listener.leave())));
    await Promise.all(company.listeners.map((listener) => listener.ready()));
    const ways = ["long polling", "raw WebSocket", "Socket.IO, WebSocket only"];
    company.speakers = ways.map((way, index) => new Speaker({ way, url, handle: `speaker ${index}`, pause: 25 }));
    const isDone = () => company.#isOver;
    company.speaking = Promise.all(company.speakers.map((speaker) => speaker.speak(isDone)));
    company.speaking.catch(() => {});
    context.after(() => company.speakers.forEach((speaker) => speaker.leave()));
    return company;
  }

  /** From now on somebody does something wrong. */
  calmIsOver() {
    this.storm = performance.now();
  }

  /** Ends the talk: everybody heard everything, over the connection that they began with. */
  async end() {
    this.#isOver = true;
    await this.speaking;
    const said = this.speakers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
    assert.deepEqual(this.speakers.map(({ breaks }) => breaks), this.speakers.map(() => 0));
    for (const listener of this.listeners) {
      const { way, heard } = listener;
      await eventually(() => heard.length >= said, () => `${way}: ${heard.length} of ${said} messages`);
      assertWhole(heard, this.speakers, way);
      assert.equal(listener.connections, 1, way);
    }
    this.#tell(said);
  }

  /** Says how long it took to hear; that decides nothing, because the machine has others to serve too. */
  #tell(said) {
    const saidAt = new Map(this.speakers.flatMap((speaker) => [...speaker.saidAt]));
    console.log(`  ${said} messages; milliseconds from saying to hearing, medians in the calm and then:`);
    for (const { way, heard } of this.listeners) {
      const [calm, storm] = [[], []];
      for (const { message, heardAt } of heard) {
        const at = saidAt.get(message);
        (at < this.storm ? calm : storm).push(heardAt - at);
      }
      const [first, second] = [median(calm), median(storm)];
      console.log(`    ${way}: ${first.toFixed(1)}, ${second.toFixed(1)}: ${(second / first).toFixed(2)} times`);
    }
  }
}

function median(values) {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

/** Why the log says that the server let a client go. */
async function letGo(server, { way, peer }) {
  const { connections } = JSON.parse((await ask(`${server.url}/inspector/connections`)).body);
  const { id } = connections.find((connection) => connection.peer === peer);
  const line = new RegExp(`let go connection=${id} .*reason="(.*)"`);
  const log = () => server.output.stderr.replaceAll(/\x1b\[\d+m/g, "");
  return (await eventually(() => line.exec(log()), () => `${way}: connection ${id} to be let go; ${log()}`))[1];
}

/** Waits until nobody of a name is here any more. */
async function nobodyLeft(url, name) {
  const left = async () => {
    const { presence } = JSON.parse((await ask(`${url}/chat/messages?after=0&handle=probe`)).body);
    return presence.people.map(({ handle }) => handle).filter((handle) => handle.startsWith(name));
  };
  let people = [];
  await eventually(
    async () => (people = await left()).length === 0,
    () => `${people.join(", ")} to be gone`,
  );
}

/** Waits until Engine.IO knows a session no more. */
async function endOfSession(url, sid) {
  const target = `${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`;
  await eventually(async () => (await ask(target)).status === 400, "the session's end");
}

/** Says so much that no socket's buffers hold it, 10 MB; gives the newest id. */
async function longHistory(url) {
  // A family is one character of 18 bytes.
  const line = (number) => `${number} ${"👨‍👩‍👧".repeat(190)}`;
  const speaker = new Speaker({ way: "raw WebSocket", url, handle: "historian", window: 8, line });
  await speaker.speak((number) => number === 3_000);
  return Math.max(...speaker.acknowledged.values());
}

/** A line of the process's status, in MiB. */
async function memory(server, name) {
  const status = await readFile(`/proc/${server.child.pid}/status`, "utf8");
  return Math.round(Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)[1]) / 1024);
}

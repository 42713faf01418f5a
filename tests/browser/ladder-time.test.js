// The ladder's order, scale and playback, without a page: time is passed in, and pixels come out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LIVE, advanced, indexIn, playing, soughtTo, stillAt } from "../../web/src/ladder/playback.js";
import { Lifelines } from "../../web/src/ladder/lifelines.js";
import { Order } from "../../web/src/ladder/order.js";
import { Runs, thin } from "../../web/src/ladder/thinning.js";
import { Timeline } from "../../web/src/ladder/timeline.js";

const REM = 16;
const seqs = ({ records }) => records.map(({ seq }) => seq);
const frames = (...times) => times.map((at, index) => frame(index + 1, at));
const frame = (seq, at) => ({ seq, at, connection: 1, kind: "frame", layer: "websocket", direction: "to_client" });

function ordered(list) {
  const order = new Order();
  order.update(list);
  return order;
}

test("records stand in the order of time, whenever they come and however many go", () => {
  const order = new Order();
  const first = frames(1, 2, 3);
  assert.equal(order.update(first).isAnew, true);

  // A connection that was opened at 1.5 s, and used at 4 s.
  const more = [...first, frame(4, 1.5), frame(5, 4)];
  assert.deepEqual(order.update(more).fresh.map(({ seq }) => seq), [4, 5]);
  assert.deepEqual(seqs(order), [1, 4, 2, 3, 5]);
  assert.equal(order.changedFrom, 1);
  assert.equal(order.indexOf(more[3]), 1);
  assert.equal(order.withSeq(4), more[3]);
  assert.equal(order.withSeq(6), undefined);
  assert.equal(order.firstAfter(2), 3);
  assert.equal(order.begins, 1);

  // The oldest go; that what is early in time came late does not matter.
  order.update(more.slice(1));
  assert.deepEqual([seqs(order), order.removed], [[4, 2, 3, 5], 1]);
  order.update([...more.slice(3), frame(6, 5)]);
  assert.deepEqual(seqs(order), [4, 5, 6]);
  assert.deepEqual(order.times, [1.5, 4, 5]);
  order.update([frame(7, 8), frame(8, 2)]);
  assert.deepEqual([order.times, order.begins], [[2, 8], 8], "what there was between 2 and 8 is not known");

  // Another capture counts from one again, and a gap stands where it came.
  const other = [frame(1, 0.5), { seq: 2, kind: "gap", at: 0 }, frame(9, 7)];
  assert.equal(order.update(other).isAnew, true);
  assert.deepEqual([seqs(order), order.times], [[1, 2, 9], [0.5, 0.5, 7]]);
  assert.deepEqual(order.update(other), { fresh: [], isAnew: false });
});

test("by event each record is a row, and a long silence is a break", () => {
  const timeline = new Timeline({ axis: "event", pixels: 20, rem: REM });
  timeline.follow(ordered(frames(0, 0.1, 0.1, 5)));
  assert.deepEqual(timeline.tops, [0, 20, 40, 60 + timeline.breakHeight]);
  assert.equal(timeline.breakBefore(2), 0);
  assert.equal(timeline.breakBefore(3), 4.9);
  assert.equal(timeline.firstFrom(21), 2);
  assert.equal(timeline.timeAt(10), 0.05);
  assert.equal(timeline.topAt(0.1), 40);
});

test("to scale a second is as long everywhere, but for what is a break", () => {
  const timeline = new Timeline({ axis: "time", pixels: 100, rem: REM });
  timeline.follow(ordered(frames(10, 10.5, 12, 100)));
  assert.deepEqual(timeline.tops, [0, 50, 200, 200 + timeline.breakHeight]);
  assert.equal(timeline.breakBefore(3), 88);
  for (const time of [10, 10.25, 11.9, 12, 56, 100]) {
    assert.ok(Math.abs(timeline.timeAt(timeline.topAt(time)) - time) < 1e-9, `${time} s, there and back`);
  }
});

test("a timeline that follows is as one that is made anew", () => {
  const order = new Order();
  const timeline = new Timeline({ axis: "time", pixels: 100, rem: REM });
  const all = [...frames(1, 1.2, 1.9, 4), frame(5, 1.5), frame(6, 4.1), frame(7, 9)];
  for (const [from, to] of [[0, 2], [0, 4], [0, 6], [1, 6], [3, 7]]) {
    order.update(all.slice(from, to));
    timeline.follow(order);
    const anew = new Timeline(timeline.scale);
    anew.lay(order.times);
    const round = ({ tops }) => tops.map((top) => Math.round(top * 1e6) / 1e6);
    assert.deepEqual(round(timeline), round(anew), `records ${from} to ${to}`);
  }
});

test("what is far enough apart, and each break, is found by pixels, however many records there are", () => {
  const times = Array.from({ length: 9_000 }, (_, index) => index / 1_000 + 5 * Math.floor(index / 3_000));
  const timeline = new Timeline({ axis: "event", pixels: 0.01, rem: REM });
  timeline.lay(times);
  const whole = { top: -50, bottom: timeline.height };
  const found = [...timeline.every(timeline.breakHeight / 2, whole)];
  assert.deepEqual(found.filter((index) => timeline.breakBefore(index) > 0), [3_000, 6_000]);
  assert.ok(found.length < 12, `${found.length} looked at`);
  const near = new Timeline({ axis: "event", pixels: 22, rem: REM });
  near.lay([1, 1, 1]);
  assert.deepEqual([...near.every(20, { top: 0, bottom: 30 })], [0, 1]);
});

test("labels never stand on one another, and arrows that are too near are counted", () => {
  const at = (seq, top, lane = 1, direction = "to_client") => ({ record: { seq, direction }, index: seq, top, lane });
  const thinned = (all, pinned = []) => {
    const runs = new Runs({ arrow: 4, label: 18 });
    for (const { record, index, top, lane } of all) runs.add(record, index, top, lane);
    return thin(runs.all, pinned, 18);
  };
  const labels = ({ arrows }) => arrows.filter(({ hasLabel }) => hasLabel).map(({ record }) => record.seq);

  const apart = thinned([at(1, 0), at(2, 10), at(3, 12, 2), at(4, 20)]);
  assert.deepEqual(apart.clusters, []);
  assert.deepEqual(labels(apart), [1, 3, 4]);

  const crowd = thinned([at(1, 0), at(2, 1, 1, "to_server"), at(3, 2), at(4, 60), at(5, 61, 2)]);
  const [cluster] = crowd.clusters;
  assert.deepEqual([cluster.count, cluster.toServer, cluster.index, cluster.last], [3, 1, 1, 3]);
  assert.deepEqual(crowd.arrows.map(({ record }) => record.seq), [4, 5]);

  const pinned = thinned([at(1, 0), at(2, 1), at(3, 2), at(4, 90)], [at(2, 1), at(4, 90)]);
  assert.deepEqual(labels(pinned), [2, 4]);
  assert.deepEqual(pinned.clusters.map(({ count }) => count), [3], "it counts who is drawn over it");
});

test("a request is held until its answer, or the connection's end, and no longer", () => {
  const http = (seq, at, kind, exchange, more = {}) => ({
    seq, at, kind, connection: 1, layer: "http", direction: "to_server", http: { exchange, ...more },
  });
  const told = (isWhole, records) => {
    const lifelines = new Lifelines(isWhole);
    for (const record of records) lifelines.take(record);
    const line = lifelines.ofConnection.get(1);
    return line.exchanges.map((exchange) => {
      const { state, to } = lifelines.extentOf(exchange, line);
      return [state, exchange.from, to];
    });
  };
  const states = (...records) => told(true, records);
  const closed = { seq: 9, at: 9, kind: "closed", connection: 1, layer: "tcp", direction: "to_server" };
  const asked = http(1, 1, "request", 1);
  assert.deepEqual(states(asked), [["pending", 1, null]]);
  assert.deepEqual(states(asked, closed), [["cut", 1, 9]]);
  assert.deepEqual(states(asked, http(2, 26, "response", 1)), [["answered", 1, 26]]);

  const stream = [asked, http(2, 1.1, "response", 1, { part: 1 }), http(3, 5, "response", 1, { part: 2 })];
  assert.deepEqual(states(...stream), [["streaming", 1, null]]);
  assert.deepEqual(states(...stream, closed), [["streamed", 1, 9]]);
  assert.deepEqual(states(...stream, http(4, 6, "request", 2)), [["streamed", 1, 5], ["pending", 6, null]]);

  // What a filter leaves out is not told as if it had not been.
  const later = [http(3, 3, "request", 2), http(4, 4, "response", 2)];
  assert.deepEqual(states(asked, ...later), [["unknown", 1, 1], ["answered", 3, 4]]);
  const alone = { ...http(2, 26, "response", 1), links: [{ relation: "request", seq: 1, seconds: 25 }] };
  assert.deepEqual(states(alone), [["answered", 1, 26]]);

  // Nor is what a loss may have taken; what was over by then, or is heard of again, stays known.
  const gap = { seq: 5, kind: "gap", at: 0, gap: { records: 6 } };
  assert.deepEqual(states(asked, gap), [["unknown", 1, 1]]);
  assert.deepEqual(states(asked, gap, closed), [["unknown", 1, 1]]);
  assert.deepEqual(states(asked, gap, http(6, 26, "response", 1)), [["answered", 1, 26]]);
  assert.deepEqual(states(...stream, gap), [["unknown", 1, 5]]);
  assert.deepEqual(states(...stream, gap, http(6, 8, "response", 1, { part: 5 })), [["streaming", 1, null]]);
  assert.deepEqual(states(asked, closed, gap), [["cut", 1, 9]]);

  // Under a filter an answer may be left out, and so may what ends a stream.
  const filtered = (...records) => told(false, records);
  assert.deepEqual(filtered(asked), [["unknown", 1, 1]]);
  assert.deepEqual(filtered(asked, closed), [["unknown", 1, 1]]);
  assert.deepEqual(filtered(...stream), [["unknown", 1, 5]]);
  assert.deepEqual(filtered(asked, http(2, 26, "response", 1)), [["answered", 1, 26]]);
});

test("playing runs on by the reader's clock, at the chosen speed, and cuts long silences", () => {
  const order = ordered(frames(0, 1, 1, 20, 21));
  const run = (playback, seconds, pace) =>
    advanced(playback, order, seconds, { speed: 1, cutsSilence: false, ...pace });
  const start = playing(stillAt(order, 0));
  assert.equal(indexIn(run(start, 0.9), order), 0);
  assert.equal(indexIn(run(start, 1), order), 2);
  assert.equal(indexIn(run(start, 0.2, { speed: 10 }), order), 2);
  assert.equal(indexIn(run(start, 2, { speed: 0.1 }), order), 0);

  const silence = run(start, 1);
  assert.equal(indexIn(run(silence, 0.6), order), 2);
  assert.equal(indexIn(run(silence, 0.4, { cutsSilence: true }), order), 2);
  assert.equal(indexIn(run(silence, 0.6, { cutsSilence: true }), order), 3);

  // Step by step time does not matter, and at the end it stands still.
  const steps = { speed: "step" };
  assert.equal(indexIn(run(start, 1.9, steps), order), 0);
  assert.equal(indexIn(run(run(start, 1.9, steps), 0.2, steps), order), 1);
  assert.equal(run(run(start, 30), 1).state, "still");

  assert.equal(indexIn(soughtTo(order, 19), order), 2);
  assert.equal(indexIn(soughtTo(order, -1), order), -1);
  assert.equal(indexIn(stillAt(order, 99), order), 4);
  assert.equal(indexIn(LIVE, order), 4);
});

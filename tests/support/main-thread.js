// What a page's main thread has to do: the processor's time of each of its tasks, of which a frame is one. Other than
// the time that passes, it changes little on a machine that is busy with other things.

import assert from "node:assert/strict";

/** The longest of them first, in milliseconds, while `act` goes on. */
export async function tasksOf(page, act) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ["toplevel"] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const isMain = ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain";
  const threads = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = traceEvents
    .filter(({ name, pid, tid }) => name === "ThreadControllerImpl::RunTask" && threads.has(`${pid} ${tid}`))
    // One that the end of the trace cuts off has no duration.
    .filter(({ tdur }) => tdur !== undefined)
    .map(({ tdur }) => tdur / 1_000)
    .sort((one, other) => other - one);
  assert.ok(tasks[0] > 0, "this Chromium tells how long the main thread worked on its tasks");
  return tasks;
}

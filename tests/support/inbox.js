// Waiting without sleeping: things arrive, and a test waits until those that it needs are there.

/** How long a test waits for what has to come, in milliseconds; only a failure takes as long. */
const PATIENCE = 30_000;

/** What arrived, in the order of arrival. */
export class Inbox {
  /** @type {any[]} */
  items = [];
  #checks = new Set();

  push(item) {
    this.items.push(item);
    for (const check of this.#checks) check();
  }

  /** Waits until so many things arrived, and gives them all. */
  async atLeast(count) {
    await this.#until(() => this.items.length >= count, `${count} items`);
    return this.items;
  }

  /** Waits for a thing that `matches` says yes to, and gives it. */
  async find(matches, description = String(matches)) {
    await this.#until(() => this.items.some(matches), description);
    return this.items.find(matches);
  }

  #until(isDone, description) {
    return within(
      new Promise((resolve) => {
        const check = () => {
          if (!isDone()) return;
          this.#checks.delete(check);
          resolve();
        };
        this.#checks.add(check);
        check();
      }),
      () => `${description}; ${this.items.length} came, the last: ${JSON.stringify(this.items.at(-1))}`,
    );
  }
}

/** The promise's value, or an error that says what did not come. */
export async function within(promise, description) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`waited ${PATIENCE / 1000} s for ${describe(description)}`));
    }, PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Asks `question` again and again until its answer is neither undefined, null nor false. */
export async function eventually(question, description) {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const answer = await question();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (performance.now() > end) {
      throw new Error(`waited ${PATIENCE / 1000} s for ${describe(description)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function describe(description) {
  return typeof description === "function" ? description() : description;
}

// A Wireglass of the test's own: the release binary on a free port.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const BINARY =
  process.env.WIREGLASS_BINARY ??
  fileURLToPath(new URL("../../target/release/wireglass", import.meta.url));

/** This process's environment without options for Wireglass. */
const OUTSIDE = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("WIREGLASS_")),
);

/** What a test's server does unless it says otherwise: it keeps nothing, and takes any number of messages. */
const OWN = { WIREGLASS_LOG: "warn", WIREGLASS_DATABASE: ":memory:", WIREGLASS_RATE_LIMIT: "0" };

/** How the server says that it listens. */
const READY = /Wireglass is at (http:\/\/\S+)/;

/** A server that runs. */
class Server {
  constructor(child, output, url) {
    this.child = child;
    /** What it wrote so far: `{stdout, stderr}`. */
    this.output = output;
    /** `http://127.0.0.1:PORT`, without a slash at its end. */
    this.url = url.replace(/\/$/, "");
    this.port = Number(new URL(url).port);
  }

  /** The address of a WebSocket endpoint. */
  webSocketUrl(path) {
    return this.url.replace(/^http/, "ws") + path;
  }

  /** Asks the server to end, as Ctrl-C does, and gives its exit code. */
  async end(signal = "SIGINT") {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const closed = once(this.child, "close");
      this.child.kill(signal);
      await closed;
    }
    return this.child.exitCode;
  }

  /** Ends the server without ceremony. */
  async kill() {
    await this.end("SIGKILL");
  }
}

/** Starts a server with the options `args` and those that `environment` gives. */
export async function start({ args = ["--listen", "127.0.0.1:0"], environment = {} } = {}) {
  const { child, output } = launch(args, environment);
  const ready = new Promise((resolve) => {
    child.stdout.on("data", () => {
      const match = READY.exec(output.stdout);
      if (match) resolve(match[1]);
    });
  });
  const ended = once(child, "exit").then(() => {
    throw new Error(`the server ended before it listened:\n${output.stderr}`);
  });
  return new Server(child, output, await Promise.race([ready, ended]));
}

/** Runs the program to its end, for its exit code and its words. */
export async function run(args, environment = {}) {
  const { child, output } = launch(args, environment);
  const [code] = await once(child, "close");
  return { code, ...output };
}

function launch(args, environment) {
  const child = spawn(BINARY, args, {
    env: { ...OUTSIDE, ...OWN, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  child.once("exit", () => process.off("exit", killed));
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (text) => (output[stream] += text));
  }
  return { child, output };
}

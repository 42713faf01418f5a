// A TCP proxy that writes down what passes, in the format of ../support/capture_file.rs.

import { once } from "node:events";
import { connect, createServer } from "node:net";
import { performance } from "node:perf_hooks";

const BYTES_PER_LINE = 16;
const LINE_FEED = 0x0a;

/** Stands between clients and a server, and remembers every byte. */
export class Recorder {
  #started = performance.now();
  #lines = [];
  #connections = 0;
  #open = 0;

  /** Listens on a free port, for the server at `port`. */
  static async start(port) {
    const recorder = new Recorder();
    const options = { allowHalfOpen: true, noDelay: true };
    recorder.server = createServer(options, (client) =>
      recorder.#record(client, connect({ port, host: "127.0.0.1", ...options })),
    );
    recorder.server.listen(0, "127.0.0.1");
    await once(recorder.server, "listening");
    recorder.port = recorder.server.address().port;
    return recorder;
  }

  #record(client, server) {
    const connection = ++this.#connections;
    this.#open++;
    this.#event(connection, "open");
    let end;
    const ended = (kind, side) => (end ??= `${kind} ${side}`);
    const forward = (from, to, side, way) => {
      from.on("data", (bytes) => {
        this.#event(connection, way, bytes);
        to.write(bytes);
      });
      from.on("end", () => {
        ended("fin", side);
        to.end();
      });
      from.on("error", () => {
        ended("reset", side);
        to.resetAndDestroy();
      });
    };
    forward(client, server, "client", ">");
    forward(server, client, "server", "<");
    // The end is told once both halves are over, for bytes may still pass after one side's FIN.
    let open = 2;
    const closed = () => {
      open--;
      if (open > 0) return;
      this.#event(connection, end);
      this.#open--;
    };
    client.on("close", closed);
    server.on("close", closed);
  }

  #event(connection, what, bytes = Buffer.alloc(0)) {
    const seconds = (performance.now() - this.#started) / 1000;
    this.#lines.push(`${connection} ${what} ${seconds.toFixed(6)}`, ...dump(bytes));
  }

  /** The capture as text, once every connection has ended. */
  async text(comment) {
    while (this.#open > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    this.server.close();
    const comments = comment.trim().split("\n").map((line) => `# ${line.trim()}`);
    return `${[...comments, "", ...this.#lines].join("\n")}\n`;
  }
}

/** Lines of hexadecimal digits and ASCII; a line of text begins a new one. */
function dump(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; ) {
    let part = bytes.subarray(at, at + BYTES_PER_LINE);
    const feed = part.indexOf(LINE_FEED);
    if (feed >= 0) part = part.subarray(0, feed + 1);
    const hex = Array.from(part, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = part.toString("latin1").replace(/[^ -~]/g, ".");
    lines.push(`${hex.padEnd(BYTES_PER_LINE * 3)}|${ascii}|`);
    at += part.length;
  }
  return lines;
}

// A WebSocket client made of bytes, for what no library would send: the test writes the frames.

import { connect } from "node:net";
import { HANDSHAKE } from "./http.js";
import { within } from "./inbox.js";

/** The connection after its 101. */
export class Wire {
  #arrived = Buffer.alloc(0);
  #changed = () => {};
  #ended = false;

  constructor(socket) {
    this.socket = socket;
    socket.on("data", (data) => {
      this.#arrived = Buffer.concat([this.#arrived, data]);
      this.#changed();
    });
    const end = () => {
      this.#ended = true;
      this.#changed();
    };
    socket.on("end", end).on("close", end).on("error", end);
  }

  /** Shakes hands on `path`, and takes the answer's head away. */
  static async open(port, path) {
    const socket = connect(port, "127.0.0.1");
    const wire = new Wire(socket);
    const headers = Object.entries({ Host: `127.0.0.1:${port}`, ...HANDSHAKE });
    const lines = [`GET ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    await wire.#until(() => wire.#arrived.includes("\r\n\r\n"), "the answer's head");
    const end = wire.#arrived.indexOf("\r\n\r\n") + 4;
    const head = wire.#arrived.subarray(0, end).toString("latin1");
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(head);
    wire.#arrived = wire.#arrived.subarray(end);
    return wire;
  }

  /** Writes bytes, given as hex with spaces where they help. */
  write(hex) {
    this.socket.write(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  }

  /** Everything that comes until the other side ends, as hex. */
  async rest() {
    await this.#until(() => this.#ended, "the end of the stream");
    return this.#arrived.toString("hex");
  }

  /** The first bytes that come, as hex. */
  async take(count) {
    await this.#until(() => this.#arrived.length >= count, `${count} bytes`);
    const taken = this.#arrived.subarray(0, count);
    this.#arrived = this.#arrived.subarray(count);
    return taken.toString("hex");
  }

  #until(isDone, description) {
    return within(
      new Promise((resolve) => {
        this.#changed = () => isDone() && resolve();
        this.#changed();
      }),
      () => `${description}; came: ${this.#arrived.toString("hex").slice(0, 200)}`,
    );
  }
}

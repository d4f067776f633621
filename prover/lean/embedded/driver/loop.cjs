'use strict';
// The loop of a driver: one framed request, one framed reply. A frame is 4 bytes of length (little endian) and UTF-8 JSON.
// The shapes of requests and replies are those of `prover/lean/embedded/wire.py`.

const fs = require('fs');
const code = require('./code.cjs');
const stored = require('./stored.cjs');

function readExactly(bytes) {
  const buffer = Buffer.alloc(bytes);
  for (let got = 0; got < bytes;) {
    let n;
    try {
      n = fs.readSync(0, buffer, got, bytes - got, null);
    } catch (e) {
      if (e.code === 'EAGAIN') continue;
      throw e;
    }
    if (n === 0) process.exit(0); // whoever asked is gone
    got += n;
  }
  return buffer;
}

const receive = () => JSON.parse(readExactly(readExactly(4).readUInt32LE(0)).toString('utf8'));

function send(message) {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length, 0);
  const frame = Buffer.concat([head, body]);
  for (let sent = 0; sent < frame.length;) {
    try {
      sent += fs.writeSync(1, frame, sent);
    } catch (e) {
      if (e.code !== 'EAGAIN') throw e;
    }
  }
}

/** Answer requests with `serve` until the caller is gone. */
module.exports = function loop(lean, serve) {
  send({ id: 0, version: lean.version, heap: lean.heapBytes(), stages: lean.stages, code: lean.hadCode });
  for (;;) {
    const request = receive();
    try {
      // Only a process that was allowed to write a file is ever asked for the first two, see `images.py`.
      const answer = request.op === 'store' ? stored.write(lean, request.path)
        : request.op === 'code' ? code.write(request.path) : serve(request);
      send({ id: request.id, heap: lean.heapBytes(), ...answer });
    } catch (e) {
      // Whatever was thrown through Lean's frames (`unwind`, a C++ exception, an exhausted stack) leaves its state
      // undefined: say so and end. The caller starts another process and replays.
      const memory = e instanceof RangeError && /memory/i.test(e.message);
      const thrown = typeof e === 'number' ? globalThis.getExceptionMessage?.(e)?.join(': ') : e?.stack ?? String(e);
      send({ id: request.id, heap: lean.heapBytes(), fatal: memory || /memory/.test(String(thrown)) ? 'memory' : 'crash', message: String(thrown).slice(0, 2000) });
      process.exit(1);
    }
  }
};

'use strict';
// Machine code of the module, kept from one process to the next.
//
// The engine compiles a function when it is first called, quickly and badly, and again, slowly and well, when it was called
// often; of a short-lived process that is most of the work. It can write down what it compiled well and take it up again, but
// offers that to programs that embed it alone. So its own test functions are called, whose syntax is allowed for that moment.
// What it takes up it compares first: the version and the options of the engine, the processor, the size of the module.

const fs = require('fs');
const v8 = require('v8');

function native(parameters, body, ...given) {
  v8.setFlagsFromString('--allow-natives-syntax');
  try {
    return new Function(...parameters, `return ${body}`)(...given);
  } finally {
    v8.setFlagsFromString('--no-allow-natives-syntax');
  }
}

/** Write the code that was compiled so far; answers its size. */
function write(path) {
  const code = Buffer.from(native(['module'], '%SerializeWasmModule(module)', globalThis.wasmModule));
  fs.writeFileSync(path, code, { flag: 'wx' });
  return { bytes: code.length };
}

/** The module with code from a file, or null if the engine does not take it. */
function read(path, bytes) {
  const { buffer } = new Uint8Array(fs.readFileSync(path)); // in a buffer of its own
  const module = native(['code', 'bytes'], '%DeserializeWasmModule(code, bytes)', buffer, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  return module instanceof WebAssembly.Module ? module : null;
}

module.exports = { write, read };

